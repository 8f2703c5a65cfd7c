"""State machines as data: what is declared wrongly is found when the program starts."""

import pytest

from saduak.foundation.states import Machine


def test_a_transition_names_known_states_once():
    machine = Machine("door", "open", {"open": "เปิด", "shut": "ปิด"})
    machine.on("close", ["open"], "shut")
    with pytest.raises(ValueError, match="bad transition lock"):
        machine.on("lock", ["shut"], "locked")
    with pytest.raises(ValueError, match=r"close \(twice\)"):
        machine.on("close", ["open"], "shut")
