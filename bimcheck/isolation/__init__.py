"""One check, one process, hard limits: nothing a model does reaches the next model, the machine or the network.

The parent writes a :class:`Job` into an empty folder and starts a child there. The child measures, judges and renders,
and leaves finished reports and its :class:`Outcome` in the folder; the parent watches time, memory and output, ends the
child with everything it started when one runs over, and says which it was. The parent imports none of the libraries
that read models.
"""

from bimcheck.isolation.job import Job
from bimcheck.isolation.limits import Limits
from bimcheck.isolation.outcome import Cause, Outcome, joint_exit_code
from bimcheck.isolation.perform import attempt, perform
from bimcheck.isolation.supervise import check_in_child

__all__ = ["Cause", "Job", "Limits", "Outcome", "attempt", "check_in_child", "joint_exit_code", "perform"]
