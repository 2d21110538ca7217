"""The table of the government's database survey, 1 December 2560, and a catalog with its counts.

Agenda of the committee on integrating government databases 2/2560, item 3.1: by ministry the
agencies, databases, datasets, datasets ready to link, and not. The document prints 849 databases in
its last line, though its own rows add up to 853; every other total is the sum of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.catalog.facts import DatasetFacts

from .builders import facts

TABLE: dict[str, tuple[int, int, int, int, int]] = {
    "กระทรวงกลาโหม": (5, 15, 81, 5, 76),
    "กระทรวงการคลัง": (7, 52, 169, 55, 114),
    "กระทรวงการต่างประเทศ": (1, 1, 3, 1, 2),
    "กระทรวงเกษตรและสหกรณ์": (17, 109, 271, 89, 182),
    "กระทรวงคมนาคม": (1, 8, 22, 3, 19),
    "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม": (12, 96, 153, 55, 98),
    "กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม": (10, 98, 203, 39, 164),
    "กระทรวงท่องเที่ยวและกีฬา": (3, 17, 46, 12, 34),
    "กระทรวงพลังงาน": (4, 29, 142, 28, 114),
    "กระทรวงพัฒนาสังคมและความมั่นคงของมนุษย์": (9, 70, 115, 46, 69),
    "กระทรวงพาณิชย์": (9, 26, 76, 24, 52),
    "กระทรวงมหาดไทย": (2, 10, 13, 10, 3),
    "กระทรวงยุติธรรม": (11, 61, 106, 40, 66),
    "กระทรวงแรงงาน": (5, 24, 105, 48, 57),
    "กระทรวงวิทยาศาสตร์และเทคโนโลยี": (15, 117, 647, 153, 494),
    "กระทรวงศึกษาธิการ": (5, 17, 33, 11, 22),
    "กระทรวงสาธารณสุข": (9, 32, 91, 45, 46),
    "กระทรวงอุตสาหกรรม": (5, 19, 69, 29, 40),
    "สำนักนายกรัฐมนตรี": (3, 40, 455, 28, 427),
    "หน่วยงานอิสระ": (1, 12, 12, 4, 8),
}
TOTAL = (134, 853, 2812, 725, 2087)
PRINTED_DATABASES = 849
READY = (("api",), ("web_service",), ("file_transfer", "api"))
NOT_READY = ((), ("file_transfer",), ())


def agency(ministry: int, number: int) -> str:
    """Return the name of an agency of a ministry."""
    return f"agency-{ministry:02}-{number:02}"


def catalog() -> Iterator[DatasetFacts]:
    """Yield datasets with the table's counts; databases have the same names in every agency."""
    number = 0
    for ministry, (agencies, databases, datasets, ready, _rest) in enumerate(TABLE.values()):
        for each in range(datasets):
            number += 1
            database = each % databases
            methods = READY if each < ready else NOT_READY
            yield facts(
                number,
                organization=agency(ministry, database % agencies),
                source_database=f"ฐานข้อมูลที่ {database // agencies + 1}",
                linkage_methods=methods[each % 3],
                own=bool(each % 4),
            )
