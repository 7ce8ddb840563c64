"""Somebody else's implementation is judged here, against answers that are exact or certified."""

from mondeq_ref.oracle.check import check_implementation
from mondeq_ref.oracle.draw import drawn
from mondeq_ref.oracle.report import Failure, Report

__all__ = ["Failure", "Report", "check_implementation", "drawn"]
