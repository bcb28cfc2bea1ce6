#include "server/jobs/import_form.hpp"

#include "server/crypto.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <cstdio>

#include "print/words.hpp"

namespace liuhen::server::jobs {
namespace {

using nlohmann::json;
using sheets::SheetFault;

// "-1234.5": what JSON calls a number, without an exponent.
bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto whole = text.substr(0, text.find('.'));
    const auto is_digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (!is_digits(whole) || text.size() > 20 || (whole.size() > 1 && whole[0] == '0'))
        return false;
    return whole.size() == text.size() || is_digits(text.substr(whole.size() + 1));
}

// Parts between 、 ， ； , ; and blanks.
json parts_of(std::string text) {
    for (const std::string_view mark : {"、", "，", "；", "　"}) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
            text.replace(at, mark.size(), " ");
    }
    json parts = json::array();
    constexpr const char* ends = " ,;";
    for (std::size_t from = text.find_first_not_of(ends); from != std::string::npos;) {
        const auto end = std::min(text.find_first_of(ends, from), text.size());
        parts.push_back(text.substr(from, end - from));
        from = text.find_first_not_of(ends, end);
    }
    return parts;
}

// "2026-03-01 08:30", "2026/3/1 8:30:05" of Beijing; what names a zone is left as it is.
json time_of(const std::string& text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int end = 0;
    std::array<char, 3> marks{};
    const int read =
        std::sscanf(text.c_str(), "%4d%1[-/.]%2d%1[-/.]%2d%*1[ T]%2d:%2d%n", &year, marks.data(),
                    &month, marks.data() + 1, &day, &hour, &minute, &end);
    const bool plain = text.find('+') >= static_cast<std::size_t>(end);  // sscanf takes "+5" for 5
    if (read != 7 || !plain) return text;
    std::string_view rest{text};
    rest.remove_prefix(static_cast<std::size_t>(end));
    if (!rest.empty()) {
        int more = 0;
        const std::string tail{rest};
        if (std::sscanf(tail.c_str(), ":%2d%n", &second, &more) != 1 ||
            static_cast<std::size_t>(more) != tail.size())
            return text;
    }
    const auto at = from_civil(year, month, day, hour, minute, second, china_standard_time);
    return at ? json(to_iso(*at)) : json(text);
}

// The code whose Chinese word it is; a code stays what it is.
template <class E>
json coded(const std::string& text, std::string_view (*word)(E)) {
    for (int i = 0; i < static_cast<int>(E::count_); ++i) {
        const auto one = static_cast<E>(i);
        if (word(one) == text) return code(one);
    }
    return text;
}

json flag_of(const std::string& text) {
    if (text == "是" || text == "true" || text == "TRUE") return true;
    if (text == "否" || text == "false" || text == "FALSE") return false;
    return text;
}

struct LookUp {
    Reading reading;
    const char* sql;  ///< $1 what is written, $2 the row's receiver
};
constexpr LookUp look_ups[] = {
    {Reading::party,
     "SELECT id FROM parties WHERE (uscc = upper($1) OR name = $1) AND $2::text IS NOT NULL"
     " LIMIT 2"},
    {Reading::own_place,
     "SELECT id FROM sites WHERE name = $1 AND party_id = caller_party() AND $2::text IS NOT NULL"
     " LIMIT 2"},
    {Reading::receiver_place,
     "SELECT id FROM sites WHERE name = $1 AND party_id::text = $2 LIMIT 2"},
};

// Empty: nothing is called so, or more than one thing is.
std::string look_up(pqxx::transaction_base& db, Reading reading, const std::string& written,
                    const std::string& receiver) {
    if (is_uuid(written)) return written;
    const auto* const row = std::ranges::find(look_ups, reading, &LookUp::reading);
    const auto found = db.exec_params(row->sql, written, receiver);
    return found.size() == 1 ? found[0][0].c_str() : std::string{};
}

bool is_looked_up(Reading reading) {
    return std::ranges::find(look_ups, reading, &LookUp::reading) != std::end(look_ups);
}

void put_formula_fault(const ImportColumn& column, const sheets::Cell& cell, Faults& faults) {
    faults.push_back(fault("FORMULA", std::string{column.pointer}, cell.text));
}

// The cell that a fault belongs to: the one at its pointer, or the one above it; of a weight, in
// whichever unit. `columns.size()` when there is none.
std::size_t column_of(const std::string& pointer, const Heading& heading) {
    std::size_t best = heading.columns.size();
    std::size_t length = 0;
    for (std::size_t i = 0; i < heading.columns.size(); ++i) {
        if (heading.columns[i] == nullptr) continue;
        std::string_view own = heading.columns[i]->pointer;
        if (own.ends_with("_kg") && pointer.ends_with("_g")) own.remove_suffix(3);
        if (own == "/carrier" && pointer.starts_with("/legs/0")) own = "/legs/0";
        if (pointer.starts_with(own) && own.size() > length) {
            best = i;
            length = own.size();
        }
    }
    return best;
}

}  // namespace

json value_of(Reading reading, const std::string& text) {
    switch (reading) {
        case Reading::list:
            return parts_of(text);
        case Reading::number:
            return is_number(text) ? json::parse(text) : json(text);
        case Reading::flag:
            return flag_of(text);
        case Reading::time:
            return time_of(text);
        case Reading::form:
            return coded<manifest::Form>(text, print::chinese);
        case Reading::package:
            return coded<manifest::Package>(text, print::chinese);
        case Reading::purpose:
            return coded<manifest::Purpose>(text, print::chinese);
        case Reading::text:
        case Reading::party:
        case Reading::own_place:
        case Reading::receiver_place:
            break;
    }
    return text;
}

json form_of(pqxx::transaction_base& db, const Heading& heading, const sheets::Row& row,
             Faults& faults) {
    json form = json::object();
    const auto put = [&](const ImportColumn& column, const sheets::Cell& cell) {
        if (cell.formula) return put_formula_fault(column, cell, faults);
        if (cell.text.empty()) return;
        json value = value_of(column.reading, cell.text);
        if (is_looked_up(column.reading)) {
            const auto id =
                look_up(db, column.reading, cell.text, form.value("receiver", std::string{}));
            if (id.empty())
                faults.push_back(
                    fault("UNKNOWN_REFERENCE", std::string{column.pointer}, cell.text));
            else
                value = id;
        }
        form[json::json_pointer{std::string{column.pointer}}] = std::move(value);
    };
    // Places of the receiver are looked up when it is known.
    for (const bool later : {false, true}) {
        for (std::size_t i = 0; i < std::min(row.cells.size(), heading.columns.size()); ++i) {
            const auto* const column = heading.columns[i];
            if (column != nullptr && (column->reading == Reading::receiver_place) == later)
                put(*column, row.cells[i]);
        }
    }
    for (std::size_t i = heading.columns.size(); i < row.cells.size(); ++i) {
        if (row.cells[i].text.empty() && !row.cells[i].formula) continue;
        faults.push_back(fault("NO_HEADING", "", sheets::column_letters(i + 1)));
    }
    return form;
}

json told(const Faults& faults, const Heading& heading, std::size_t row) {
    json all = json::array();
    for (const Fault& one : faults) {
        json each{{"code", one.code}, {"message", one.message}, {"message_zh", one.message_zh}};
        if (!one.value.empty()) each["value"] = one.value;
        const auto column = column_of(one.pointer, heading);
        if (column < heading.columns.size()) {
            each["place"] = sheets::column_letters(column + 1) + std::to_string(row);
            each["column"] = heading.written[column];
            each["field"] = heading.columns[column]->name;
        } else if (!one.pointer.empty()) {
            each["field"] = one.pointer;
        }
        all.push_back(std::move(each));
    }
    return all;
}

json told(const std::vector<SheetFault>& faults) {
    json all = json::array();
    for (const SheetFault& one : faults) {
        const Fault words = fault(one.code, "", one.value);
        json each{
            {"code", words.code}, {"message", words.message}, {"message_zh", words.message_zh}};
        if (one.row > 0) each["row"] = one.row;
        if (one.column > 0)
            each["place"] = sheets::column_letters(one.column) + std::to_string(one.row);
        if (!words.value.empty()) each["value"] = words.value;
        all.push_back(std::move(each));
    }
    return all;
}

}  // namespace liuhen::server::jobs
