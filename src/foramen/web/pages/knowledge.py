"""Pages of the knowledge part."""

from fastapi import APIRouter

router = APIRouter()
