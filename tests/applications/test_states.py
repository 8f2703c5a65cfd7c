from saduak.applications.states import APPLICATION, EDITABLE, REVIEW


def test_every_state_but_the_first_is_reached_and_every_state_is_left():
    reached = {t.target for t in APPLICATION.transitions.values()}
    assert reached == set(APPLICATION.states)
    assert set().union(*(t.sources for t in APPLICATION.transitions.values())) == set(APPLICATION.states)


def test_what_was_submitted_or_withdrawn_is_not_edited():
    assert {"draft", "signed", "correction"} == EDITABLE


def test_a_correction_that_was_signed_goes_back_to_correction():
    assert APPLICATION.step("sign", "correction") == "signed"
    assert APPLICATION.step("void_correction", "signed") == "correction"
    assert APPLICATION.step("void_signature", "signed") == "draft"


def test_an_answered_check_stays_answered():
    assert REVIEW.final == {"returned", "endorsed", "cancelled"}
    assert not any(REVIEW.can(event, "endorsed") for event in REVIEW.transitions)
