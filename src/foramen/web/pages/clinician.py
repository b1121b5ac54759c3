"""The clinician's page."""

from fastapi import APIRouter

router = APIRouter()
