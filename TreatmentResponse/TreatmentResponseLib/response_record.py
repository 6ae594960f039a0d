"""The response as JSON on its table: the panel shows it, a saved scene keeps it. No Qt."""

import json

from interventional_oncology.response.complications import Complication
from interventional_oncology.serialization import json_ready

#: Attribute of the response table that holds the record.
RESPONSE_ATTRIBUTE = "InterventionalOncology.Response"


def lastResponse(parameterNode) -> dict | None:
    """Return what the response table holds, or None.

    The keys are those of one of ``patients`` of ``response.json``, with ``lesions``, the cells scored,
    ``given``, the options, and ``complications``, as in ``response.json``.
    """
    table = parameterNode.responseTable if parameterNode is not None else None
    text = table.GetAttribute(RESPONSE_ATTRIBUTE) if table is not None else None
    return json.loads(text) if text else None


def keepResponse(parameterNode, record: dict, complications: list[Complication]) -> None:
    """Write a record onto the response table, the complications with it."""
    found = {**record, "complications": [json_ready(one) for one in complications]}
    parameterNode.responseTable.SetAttribute(RESPONSE_ATTRIBUTE, json.dumps(found))


def keepComplications(parameterNode, complications: list[Complication]) -> None:
    """Replace the complications of the record, if there is one."""
    record = lastResponse(parameterNode)
    if record is not None:
        keepResponse(parameterNode, record, complications)
