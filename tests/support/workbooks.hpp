// Workbooks made by hand, part by part, so that they can be wrong in any way.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#include <zip.h>

namespace liuhen::test {

using Parts = std::vector<std::pair<std::string, std::string>>;

/// A ZIP of these parts.
inline std::string zipped(const Parts& parts) {
    zip_error_t error;
    zip_source_t* const source = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(source);
    zip_t* const archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    if (archive == nullptr) throw std::runtime_error{"no archive"};
    for (const auto& [name, text] : parts)
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                     0);
    if (zip_close(archive) != 0) throw std::runtime_error{"archive not closed"};
    zip_source_open(source);
    zip_source_seek(source, 0, SEEK_END);
    std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
    zip_source_seek(source, 0, SEEK_SET);
    zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    zip_source_free(source);
    return bytes;
}

/// The parts of a workbook whose one sheet has these rows in XML.
inline Parts workbook_parts(const std::string& rows, const std::string& shared = {}) {
    const std::string ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    Parts parts{{"xl/workbook.xml",
                 "<?xml version=\"1.0\"?><workbook " + ns +
                     " xmlns:r=\"urn:r\"><sheets><sheet name=\"one\" sheetId=\"1\" r:id=\"rId7\"/>"
                     "<sheet name=\"two\" sheetId=\"2\" r:id=\"rId8\"/></sheets></workbook>"},
                {"xl/_rels/workbook.xml.rels",
                 "<Relationships><Relationship Id=\"rId8\" Target=\"worksheets/other.xml\"/>"
                 "<Relationship Id=\"rId7\" Target=\"worksheets/first.xml\"/></Relationships>"},
                {"xl/worksheets/first.xml",
                 "<worksheet " + ns + "><sheetData>" + rows + "</sheetData></worksheet>"}};
    if (!shared.empty())
        parts.emplace_back("xl/sharedStrings.xml", "<sst " + ns + ">" + shared + "</sst>");
    return parts;
}
inline std::string workbook(const std::string& rows, const std::string& shared = {}) {
    return zipped(workbook_parts(rows, shared));
}

/// A cell that holds its own text.
inline std::string inline_cell(const std::string& text) {
    return "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
}
inline std::string inline_row(const std::vector<std::string>& cells) {
    std::string row = "<row>";
    for (const auto& one : cells) row += inline_cell(one);
    return row + "</row>";
}

}  // namespace liuhen::test
