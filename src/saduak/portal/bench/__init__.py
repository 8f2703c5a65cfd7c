"""What the busiest pages cost, against a bare view that asks the database the same. In a scratch database only."""

from saduak.portal.bench.cases import CASES
from saduak.portal.bench.measure import Cost, measure
from saduak.portal.bench.scratch import Scratch, build, grow

__all__ = ["CASES", "Cost", "Scratch", "build", "grow", "measure"]
