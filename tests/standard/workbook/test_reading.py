"""Reading the standard's workbook, and where it differs from the importer offices had before."""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl import Workbook

from ckanext.pcio.standard.workbook.columns import sheet_of, sheets
from ckanext.pcio.standard.workbook.found import WorkbookRefused
from ckanext.pcio.standard.workbook.reading import open_workbook

from .books import COMPLETE, RESOURCE, book, cell_of, changed, read, record, remarks

KINDS = ("record", "statistics", "geospatial", "mixed", "other")
TYPES = {
    "record": "ข้อมูลระเบียน",
    "statistics": "ข้อมูลสถิติ",
    "geospatial": "ข้อมูลภูมิสารสนเทศเชิงพื้นที่",
    "mixed": "ข้อมูลหลากหลายประเภท",
    "other": "ข้อมูลประเภทอื่นๆ",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "workbook.xlsx"


class TestLayouts:
    def test_the_record_sheet_has_25_columns_in_2_1_and_26_in_2_2(self):
        kind = sheet_of("record", "dataset")
        assert [len(kind.columns(layout)) for layout in ("2.1", "2.2")] == [25, 26]

    def test_there_are_ten_sheets(self):
        assert [kind.name for kind in sheets()] == [
            f"{temp}_{name}"
            for temp in ("Temp2_Meta", "Temp3_Resource")
            for name in ("Record", "Stat", "GIS", "Multi", "Other")
        ]

    @pytest.mark.parametrize("headings", ["names", "labels", "own"])
    @pytest.mark.parametrize("layout", ["2.1", "2.2"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_sheet_of_every_layout_by_heading_and_by_position(
        self, path, kind, layout, headings
    ):
        book(path, [COMPLETE], [RESOURCE], kind=kind, layout=layout, headings=headings)
        with open_workbook(path) as workbook:
            (row,) = workbook.rows()
            assert workbook.layout == layout
            assert workbook.orphans() == ()
        expected = {key: value for key, value in COMPLETE.items() if key != "tag_string"}
        assert row.record == {
            **expected,
            "objective": ["พันธกิจหน่วยงาน"],
            "data_format": ["XLS"],
            "tags": [{"name": "ท่องเที่ยว"}, {"name": "สถิติ"}],
            "data_type": TYPES[kind],
            "private": True,
            "allow_harvest": "False",
            "resources": [
                {"name": "ปี 2567", "url": "https://www.example.go.th/t.csv", "format": "CSV"}
            ],
        }
        assert (row.number, row.cells) == (6, ())
        assert row.assumed == {"private", "allow_harvest"}

    @pytest.mark.parametrize("lead", [0, 2, 5])
    def test_headings_that_are_known_may_stand_in_another_row(self, path, lead):
        book(path, [COMPLETE], headings="labels", lead=lead)
        rows, _, _ = read(path)
        assert [(row.number, row.title) for row in rows] == [(lead + 3, COMPLETE["title"])]

    def test_columns_in_another_order_are_read_by_their_headings(self, path):
        workbook = book(path, [], save=False)
        sheet = workbook["Temp2_Meta_Record"]
        sheet.delete_rows(4, 2)
        for row in (["title", "หมายเหตุ", "name"], ["ตัวอย่าง"], ["ก ข", "ไม่อ่าน", "a-b"]):
            sheet.append(row)
        workbook.save(path)
        with pytest.raises(WorkbookRefused):  # two known words are too few to go by
            read(path)
        sheet.cell(row=4, column=4, value="คำสำคัญ *")
        workbook.save(path)
        (row,), told, _ = read(path)
        assert (row.title, row.record["name"]) == ("ก ข", "a-b")
        assert [each.params.get("heading") for each in told if "heading" in each.params] == [
            "หมายเหตุ"
        ]

    def test_values_one_column_beside_their_headings_are_noticed(self, path):
        """thai_gdc 2.2 reads a workbook of 2.1 shifted by one from data_classification on."""
        workbook = book(path, [COMPLETE] * 3, layout="2.2", headings="own", save=False)
        workbook["Temp2_Meta_Record"].delete_cols(5)
        workbook["Temp2_Meta_Record"].cell(row=4, column=26, value="หัวข้อ")
        workbook.save(path)
        with pytest.raises(WorkbookRefused, match="shifted by one"):
            read(path)

    def test_a_number_of_columns_that_is_no_layout_s_is_refused(self, path):
        workbook = book(path, [COMPLETE], headings="own", save=False)
        workbook["Temp2_Meta_Record"].cell(row=4, column=27, value="หัวข้อ")
        workbook.save(path)
        with pytest.raises(WorkbookRefused, match="has 27 headings, not 25/26"):
            read(path)

    def test_unknown_and_missing_sheets_are_told(self, path):
        workbook = book(path, [COMPLETE], save=False)
        workbook.create_sheet("บันทึก").append(["x"])
        workbook.save(path)
        _, told, _ = read(path)
        said = [each.text("en") for each in told]
        assert "Sheets that are not known and were not read: บันทึก." in said
        assert any("Temp3_Resource_Stat" in each for each in said)

    def test_a_workbook_without_a_known_sheet_is_refused(self, path):
        Workbook().save(path)
        with pytest.raises(WorkbookRefused, match="none of the standard's sheets"):
            read(path)

    def test_a_sheet_without_a_title_column_is_refused(self, path):
        workbook = book(path, [], save=False)
        cell_of(workbook, "title", row=4).value = "อื่น"
        workbook.save(path)
        with pytest.raises(WorkbookRefused, match="has no column Dataset name"):
            read(path)


class TestPitfallsOfTheOldImporter:
    """dga-standard §6: each thing its importer does that ours does not."""

    @pytest.mark.parametrize(
        ("written", "stored"),
        [
            ("2566-05-02", "2023-05-02"),
            ("2023-05-02", "2023-05-02"),  # there: 1480-05-02
            (datetime(2023, 5, 2), "2023-05-02"),  # there: 1480-05-02
            (datetime(2566, 5, 2), "2023-05-02"),
            ("๒๕๖๖-๐๕-๐๒", "2023-05-02"),
            ("2 พฤษภาคม 2566", "2023-05-02"),
            (datetime(2023, 5, 2, 13, 30), "2023-05-02"),
        ],
    )
    def test_a_date_is_buddhist_only_where_its_year_says_so(self, path, written, stored):
        book(path, [{**COMPLETE, "last_updated_date": written}])
        assert record(path)["last_updated_date"] == stored

    @pytest.mark.parametrize("written", ["ปลายปี", "05/06/2023", "2566-13-01", 45048])
    def test_a_date_that_cannot_be_read_is_told_not_dropped(self, path, written):
        book(path, [{**COMPLETE, "last_updated_date": written}])
        (row,), _, _ = read(path)
        (told,) = row.cells
        assert (told.sheet, told.row, told.column) == ("Temp2_Meta_Record", 6, "T")
        assert (told.field, told.value) == ("last_updated_date", str(written))
        assert told.refused

    @pytest.mark.parametrize(
        ("written", "stored"),
        [
            (None, None),  # there: "True"
            ("", None),
            ("ใช่", "True"),
            ("ไม่ใช่", "False"),
            ("ไม่", "False"),
            (True, "True"),
            (False, "False"),
            ("TRUE", "True"),
            (1, "True"),
            (0, "False"),
        ],
    )
    def test_a_blank_is_neither_yes_nor_no(self, path, written, stored):
        book(path, [{**COMPLETE, "high_value_dataset": written}])
        assert record(path).get("high_value_dataset") == stored

    def test_other_words_are_not_yes(self, path):
        book(path, [{**COMPLETE, "high_value_dataset": "กำลังพิจารณา"}])  # there: "True"
        (row,), _, _ = read(path)
        assert [(each.field, each.refused) for each in row.cells] == [("high_value_dataset", True)]

    def test_values_joined_by_commas_are_values_of_the_list(self, path):
        """There a list is compared as one text, and lands in "other" as a whole."""
        book(path, [{**COMPLETE, "objective": "พันธกิจหน่วยงาน, ยุทธศาสตร์ชาติ"}])
        found = record(path)
        assert found["objective"] == ["พันธกิจหน่วยงาน", "ยุทธศาสตร์ชาติ"]
        assert "objective_other" not in found

    def test_only_what_is_outside_a_list_becomes_other(self, path):
        book(path, [{**COMPLETE, "data_format": "CSV, กระดาษ, pdf"}])
        (row,), _, _ = read(path)
        assert row.record["data_format"] == ["CSV", "PDF", "อื่นๆ"]
        assert row.record["data_format_other"] == "กระดาษ"
        (told,) = row.cells
        assert "“อื่นๆ”" in told.message.text("th") or "อื่นๆ" in told.message.text("th")
        assert not told.refused

    def test_a_single_value_outside_its_list_becomes_other(self, path):
        book(path, [{**COMPLETE, "license_id": "ใช้ได้เมื่อขออนุญาต"}])
        (row,), _, _ = read(path)
        assert row.record["license_id"] == "อื่นๆ"
        assert row.record["license_id_other"] == "ใช้ได้เมื่อขออนุญาต"

    @pytest.mark.parametrize("field", ["data_category", "data_classification"])
    def test_category_and_level_are_checked_here(self, path, field):
        book(path, [{**COMPLETE, field: "ไม่มีอยู่"}])  # there: passed on unchecked
        (row,), _, _ = read(path)
        assert [(each.field, each.refused) for each in row.cells] == [(field, True)]

    @pytest.mark.parametrize("written", ["ชั้นเปิดเผย (Open)", "เปิดเผย", "เปิด เผย"])
    def test_spellings_of_a_level_are_one_level(self, path, written):
        book(path, [{**COMPLETE, "data_classification": written}])
        assert record(path)["data_classification"] == "เปิดเผย"

    def test_a_damaged_sheet_is_refused_not_taken_as_empty(self, path):
        book(path, [COMPLETE])
        nowhere = b'<c r="C6" t="s"><v>99999</v></c>'
        changed(path, "xl/worksheets/sheet1.xml", lambda old: _with_cell(old, b"C6", nowhere))
        with pytest.raises(WorkbookRefused, match="damaged"):
            read(path)

    def test_what_nobody_has_looked_at_is_private(self, path):
        book(path, [COMPLETE])  # the same there
        found = record(path)
        assert (found["private"], found["allow_harvest"]) == (True, "False")

    def test_every_row_is_read_whatever_its_office(self, path):
        book(path, [{**COMPLETE, "owner_org": "ก"}, {**COMPLETE, "name": "b", "owner_org": "ข"}])
        rows, _, _ = read(path)
        assert [row.record["owner_org"] for row in rows] == ["ก", "ข"]

    def test_tags_are_split_at_every_comma_of_a_thai_keyboard(self, path):
        book(path, [{**COMPLETE, "tag_string": "น้ำ，สถิติ、 แรงงาน\nน้ำ"}])
        assert [tag["name"] for tag in record(path)["tags"]] == ["น้ำ", "สถิติ", "แรงงาน"]


class TestNames:
    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("Tourist Data", "tourist-data"),
            ("tourists", "tourists"),
            ("DATASET_50_03", "dataset_50_03"),
            (2567, "2567"),
        ],
    )
    def test_a_name_is_made_fit_for_a_web_address(self, path, written, name):
        book(path, [{**COMPLETE, "name": written}])
        (row,), _, _ = read(path)
        assert row.record["name"] == name
        assert bool(remarks(row, "name")) == (name != str(written))

    def test_a_thai_name_is_written_in_latin_letters_and_told(self, path):
        book(path, [{**COMPLETE, "name": "นักท่องเที่ยว"}])
        (row,), _, _ = read(path)
        assert row.record["name"].isascii()
        assert len(remarks(row, "name")) == 1

    @pytest.mark.parametrize("written", ["Tourist Data", "tourist data ", "TOURISTDATA"])
    def test_resources_join_by_the_name_as_written_whatever_case_and_space(self, path, written):
        book(path, [{**COMPLETE, "name": "Tourist Data"}], [{**RESOURCE, "dataset_name": written}])
        assert len(record(path)["resources"]) == 1

    def test_resources_join_by_the_name_as_it_became_too(self, path):
        resources = [{**RESOURCE, "dataset_name": "tourist-data"}]
        book(path, [{**COMPLETE, "name": "Tourist Data"}], resources)
        assert len(record(path)["resources"]) == 1

    def test_the_second_of_two_equal_names_is_refused(self, path):
        book(path, [COMPLETE, {**COMPLETE, "name": "TOURISTS"}], [RESOURCE])
        first, second = read(path)[0]
        assert not first.refused
        assert second.refused
        assert "Temp2_Meta_Record 6" in remarks(second, "name")[-1]
        assert [len(row.record["resources"]) for row in (first, second)] == [1, 0]

    def test_names_are_compared_across_sheets(self, path):
        workbook = book(path, [COMPLETE], save=False)
        book(path, [COMPLETE], kind="mixed", into=workbook)
        assert [row.refused for row in read(path)[0]] == [False, True]


class TestOrphans:
    def test_resources_without_their_dataset_are_told(self, path):
        book(path, [COMPLETE], [RESOURCE, {**RESOURCE, "dataset_name": "ไม่มีชุดนี้"}])
        _, _, orphans = read(path)
        (told,) = orphans
        assert (told.sheet, told.row, told.column) == ("Temp3_Resource_Record", 7, "A")
        assert (told.value, told.refused) == ("ไม่มีชุดนี้", True)

    def test_rows_without_a_name_are_told(self, path):
        book(path, [COMPLETE, {"notes": "ลอย ๆ"}], [{"resource_name": "ไฟล์"}])
        rows, _, orphans = read(path)
        assert len(rows) == 1
        assert sorted((each.sheet, each.row) for each in orphans) == [
            ("Temp2_Meta_Record", 7),
            ("Temp3_Resource_Record", 6),
        ]

    def test_a_resource_without_an_address_is_left_out_and_told(self, path):
        book(path, [COMPLETE], [RESOURCE, {**RESOURCE, "resource_url": None}])
        (row,), _, orphans = read(path)
        assert len(row.record["resources"]) == 1
        assert "no address of a file" in remarks(row, "url")[0]
        assert orphans == ()

    def test_orphans_may_be_asked_for_first(self, path):
        book(path, [COMPLETE], [{**RESOURCE, "dataset_name": "x"}])
        with open_workbook(path) as workbook:
            assert len(workbook.orphans()) == 1
            assert len(list(workbook.rows())) == 1
            assert len(workbook.orphans()) == 1


class TestCells:
    @pytest.mark.parametrize(
        ("field", "written", "stored"),
        [
            ("update_frequency_interval", 1.0, "1"),
            ("update_frequency_interval", "๓", "3"),
            ("title", 2567, "2567"),
            ("title", 12.50, "12.5"),
            ("title", 0.1 + 0.2, "0.3"),
            ("title", " ก\u00a0ข\u200b ", "ก\u00a0ข"),
            ("title", "แหล่งนํ้า", "แหล่งน้ำ"),
            ("notes", "ก\r\nข", "ก\nข"),
            ("geo_coverage", "อำ\u200bเภอ\u00a0", "อำเภอ"),
            ("title", datetime(2023, 5, 2), "2023-05-02"),
            ("title", True, "True"),
        ],
    )
    def test_any_cell_is_read_as_its_text(self, path, field, written, stored):
        book(path, [{**COMPLETE, field: written}])
        assert record(path)[field] == stored

    @pytest.mark.parametrize(
        ("field", "written", "stored"),
        [
            ("first_year_of_data", 2560.0, "2560"),
            ("first_year_of_data", "พ.ศ. ๒๕๖๐", "2560"),
            ("first_year_of_data", 2017, None),
            ("west_bound_longitude", 97.3434, "97.3434"),
        ],
    )
    def test_numbers(self, path, field, written, stored):
        kind = "statistics" if "year" in field else "geospatial"
        book(path, [{**COMPLETE, field: written}], kind=kind)
        (row,), _, _ = read(path)
        if stored is None:
            assert "Gregorian year" in remarks(row, field)[0]
            assert row.refused
        else:
            assert row.record[field] == stored

    @pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
    def test_an_error_is_no_value(self, path, error):
        book(path, [{**COMPLETE, "data_source": error}])
        (row,), _, _ = read(path)
        assert "data_source" not in row.record
        assert remarks(row, "data_source") == [
            f'the cell shows the error "{error}"; write the value itself'
        ]
        assert row.refused

    def test_a_formula_without_its_result_is_told(self, path):
        book(path, [{**COMPLETE, "data_source": '=A1&"x"'}])
        (row,), _, _ = read(path)
        assert "does not hold its result" in remarks(row, "data_source")[0]
        assert "data_source" not in row.record
        assert row.refused

    def test_a_formula_with_its_result_is_the_result(self, path):
        book(path, [{**COMPLETE, "data_source": "=1+1"}, {**COMPLETE, "name": "b", "notes": "=2"}])
        changed(
            path,
            "xl/worksheets/sheet1.xml",
            lambda old: old.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
                b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"
            ),
        )
        first, second = read(path)[0]
        assert first.record["data_source"] == "2"
        assert not first.refused
        assert second.refused

    def test_cells_another_one_covers_are_told(self, path):
        workbook = book(
            path,
            [{**COMPLETE, "maintainer": "กลุ่มงาน"}, {**COMPLETE, "name": "b", "maintainer": None}],
            save=False,
        )
        workbook["Temp2_Meta_Record"].merge_cells("E6:E7")
        workbook.save(path)
        first, second = read(path)[0]
        assert first.cells == ()
        assert remarks(second, "maintainer") == [
            "the cell is merged with E6; write its value in each row"
        ]
        assert second.refused

    def test_rich_text_is_its_text(self, path):
        book(path, [COMPLETE])
        rich = "<is><r><rPr><b/></rPr><t>หนา</t></r><r><t> บาง</t></r></is>"
        changed(
            path,
            "xl/worksheets/sheet1.xml",
            lambda old: _with_cell(old, b"C6", f'<c r="C6" t="inlineStr">{rich}</c>'.encode()),
        )
        assert record(path)["title"] == "หนา บาง"

    def test_what_excel_escapes_is_what_was_meant(self, path):
        book(path, [{**COMPLETE, "notes": "ก_x000D_ข _x005F_x000D_"}])
        assert record(path)["notes"] == "ก\rข _x000D_"

    def test_blank_rows_between_are_passed_over(self, path):
        book(path, [COMPLETE, {}, {"name": "  "}, {**COMPLETE, "name": "b"}])
        assert [row.number for row in read(path)[0]] == [6, 9]

    def test_remarks_can_be_read_in_both_languages(self, path):
        book(path, [{**COMPLETE, "license_id": "x", "data_category": "y", "name": "ก"}])
        for told in read(path)[0][0].cells:
            assert told.message.text("en") != told.message.text("th")


def _with_cell(sheet, place, cell):
    start = sheet.index(b'<c r="' + place + b'"')
    return sheet[:start] + cell + sheet[sheet.index(b"</c>", start) + 4 :]
