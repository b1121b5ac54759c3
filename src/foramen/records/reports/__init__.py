"""Imaging reports read from text: findings with level, side, severity and certainty, each with its span."""

from foramen.records.reports.read import read_report
from foramen.records.reports.result import PartlyUnderstood, ReadReport, ReportFinding
from foramen.records.reports.to_case import with_report

__all__ = ["PartlyUnderstood", "ReadReport", "ReportFinding", "read_report", "with_report"]
