"""Pages of the patient part."""

from fastapi import APIRouter

router = APIRouter()
