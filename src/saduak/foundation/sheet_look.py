"""What a process of its own does with an uploaded workbook: read the first sheet, as far as a table may go.

It knows neither settings nor database. `files.sheets` starts it and reads what it leaves. The reader of workbooks keeps a
sheet as one block from its first cell to its last: two cells at the corners of a sheet are more than any machine holds,
and then it does not fail, it ends. So it ends here.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any, Final

from saduak.foundation import limited

MEMORY_BYTES: Final = 1024 * 1024 * 1024
FILE_BYTES: Final = 32 * 1024 * 1024


def rows_of(path: Path, most_rows: int, most_columns: int, most_letters: int) -> dict[str, Any]:
    """The first sheet as rows of words; or a code of what is wrong with it, and where (`row`, `column` from 1)."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only this process pays for it

    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError):
        return {"code": "sheet-broken"}
    # Where the last cell stands with something in it, however little there is before it.
    last_row, last_column = (at + 1 for at in sheet.end or (-1, -1))
    if last_row > most_rows:
        return {"code": "sheet-rows", "row": last_row}
    if last_column > most_columns:
        return {"code": "sheet-columns", "column": last_column}
    rows = [[cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for number, row in enumerate(rows, start=1):
        for column, words in enumerate(row, start=1):
            if len(words) > most_letters:
                return {"code": "sheet-letters", "row": number, "column": column}
    return {"code": "", "rows": rows}


def cell(value: Any) -> str:
    """A cell as people see it: whole numbers come as 2564.0, days as the midnight with which they begin."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time.min:
        return str(value.date())
    return str(value)


def main() -> None:
    """Read the file named first and leave what was found in the folder named second."""
    path, folder, seconds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    limited.limit(seconds, memory=MEMORY_BYTES, disk=FILE_BYTES)
    limited.tell(folder, rows_of(path, *map(int, sys.argv[4:7])))
