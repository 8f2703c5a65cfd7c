"""Writes of this room."""

from saduak.organisations.actions.accounts import change_sign_in
from saduak.organisations.actions.appointments import (
    NewPerson,
    appoint,
    edit_person,
    end_appointment,
    hand_over,
)
from saduak.organisations.actions.branches import (
    check_branches,
    confirm_branches,
    finish_branches,
    make_branches,
)
from saduak.organisations.actions.centres import (
    CentreDetails,
    close_centre,
    create_centre,
    default_centres,
    edit_centre,
    merge_centres,
    move_centre,
    rename_centre,
    split_centre,
    upgrade_centre,
)
from saduak.organisations.actions.invitations import (
    Issued,
    NewAccount,
    accept_invitation,
    invite,
    revoke_invitation,
)
from saduak.organisations.actions.organisations import (
    edit_contact,
    end_relation,
    import_local_governments,
    relate,
    rename_organisation,
    retire_organisation,
    set_sharing,
)
from saduak.organisations.actions.posts import Post

__all__ = [
    "CentreDetails",
    "Issued",
    "NewAccount",
    "NewPerson",
    "Post",
    "accept_invitation",
    "appoint",
    "change_sign_in",
    "check_branches",
    "close_centre",
    "confirm_branches",
    "create_centre",
    "default_centres",
    "edit_centre",
    "edit_contact",
    "edit_person",
    "end_appointment",
    "end_relation",
    "finish_branches",
    "hand_over",
    "import_local_governments",
    "invite",
    "make_branches",
    "merge_centres",
    "move_centre",
    "relate",
    "rename_centre",
    "rename_organisation",
    "retire_organisation",
    "revoke_invitation",
    "set_sharing",
    "split_centre",
    "upgrade_centre",
]
