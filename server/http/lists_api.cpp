// Waste lists and calendars: imported by the operator, read by everybody.
#include "manifest/papers.hpp"
#include "server/days.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/fields.hpp"
#include "server/list_files.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <charconv>
#include <set>

namespace liuhen::server::http {
namespace {

using manifest::ListKind;
using nlohmann::json;

constexpr std::string_view list_kinds[] = {"HW", "GENERAL", "EXEMPTION"};
constexpr std::string_view code_kinds[] = {"HW", "GENERAL"};
constexpr std::size_t most_days = 366;

store::Origin origin_of(const Call& call) {
    const auto& person = call.caller.person;
    return {"http", person.empty() ? std::string{code(call.caller.role)} : person, call.now};
}

std::optional<std::chrono::sys_days> read_day(Fields& form, std::string_view name, Need need) {
    const std::string text = form.text(name, {1, 10}, need);
    if (text.empty()) return std::nullopt;
    const auto day = parse_day(text);
    if (!day) form.add("NOT_A_DATE", name, text);
    return day;
}

void add(Fields& entry, const std::vector<manifest::Finding>& findings) {
    for (const auto& one : findings) entry.add(one.code, one.pointer, one.value);
}

void read_code(Fields& entry, store::WasteList& list, std::set<std::string>& seen) {
    manifest::ListedWaste one;
    one.code = entry.text("code", {1, 20}, Need::required);
    one.category = entry.text("category", {1, 4});
    one.category_name = entry.text("category_name", {0, 200});
    one.name = entry.text("name", {0, 1000});
    one.hazards = entry.texts("hazards", 5, {1, 2});
    one.lock = entry.flag("lock", false);
    fill_category(list.kind, one);
    add(entry, manifest::entry_faults(list.kind, one));
    if (!seen.insert(one.code).second) entry.add("DUPLICATE", "code", one.code);
    list.codes.push_back(std::move(one));
}

void read_exemption(Fields& entry, store::WasteList& list) {
    list.exemptions.push_back({entry.text("rule", {1, 40}),
                               entry.text("code_or_category", {1, 20}, Need::required),
                               entry.text("condition", {1, 1000}, Need::required)});
}

void check_exemptions(Fields& form, store::WasteList& list) {
    name_rules(list.exemptions);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.exemptions.size(); ++i) {
        const auto& one = list.exemptions[i];
        const auto at = pointer_to(form.pointer("entries"), i);
        for (const auto& fault_found : manifest::entry_faults(one))
            form.faults().push_back(
                fault(fault_found.code, pointer_to(at, fault_found.pointer), fault_found.value));
        if (!seen.insert(one.rule).second)
            form.faults().push_back(fault("DUPLICATE", pointer_to(at, "rule"), one.rule));
    }
}

store::WasteList read_list(Fields& form, const std::string& edition) {
    store::WasteList list;
    const auto kind =
        manifest::list_kind_from_code(form.one_of("kind", list_kinds, Need::required));
    list.kind = kind.value_or(ListKind::hazardous);
    list.edition = edition;
    list.valid_from = read_day(form, "valid_from", Need::required).value_or(list.valid_from);
    list.valid_to = read_day(form, "valid_to", Need::optional);
    if (list.valid_to && *list.valid_to < list.valid_from) form.add("TIME_ORDER", "valid_to");
    const json* entries = form.array("entries", max_list_entries, Need::required);
    if (entries == nullptr || !kind) return list;
    if (entries->empty()) form.add("TOO_SHORT", "entries");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        Fields entry{(*entries)[i], pointer_to(form.pointer("entries"), i), form.faults()};
        if (*kind == ListKind::exemption) {
            read_exemption(entry, list);
        } else {
            read_code(entry, list, seen);
        }
        entry.finish();
    }
    if (*kind == ListKind::exemption && form.faults().empty()) check_exemptions(form, list);
    return list;
}

std::optional<int> year_of(const std::string& text) {
    int year = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), year);
    const bool whole = text.size() == 4 && error == std::errc{} && last == text.data() + 4;
    return whole && is_calendar_year(year) ? std::optional{year} : std::nullopt;
}

store::YearDays read_days(Fields& form, int year) {
    store::YearDays days;
    const json* entries = form.array("days", most_days, Need::required);
    if (entries == nullptr) return days;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        Fields entry{(*entries)[i], pointer_to(form.pointer("days"), i), form.faults()};
        const auto day = read_day(entry, "date", Need::required);
        const std::string said = entry.text("kind", {1, 20}, Need::required);
        const auto kind = store::day_kind_from_code(said);
        if (!said.empty() && !kind) entry.add("UNKNOWN_VALUE", "kind", said);
        entry.finish();
        if (!day || !kind) continue;
        if (static_cast<int>(std::chrono::year_month_day{*day}.year()) != year) {
            entry.add("OUT_OF_RANGE", "date", to_text(*day));
        } else if (!days.emplace(*day, *kind).second) {
            entry.add("DUPLICATE", "date", to_text(*day));
        }
    }
    return days;
}

json beside(std::string_view warning, std::string pointer) {
    const auto said = manifest::warn(warning, std::move(pointer));
    return {{"code", said.code},
            {"pointer", said.pointer},
            {"message", said.message_en},
            {"message_zh", said.message_zh}};
}

}  // namespace

Reply list_waste_lists(pqxx::work& db, const Call& call) {
    Query query{call.request};
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    return json_reply({{"items", store::waste_lists(db)}, {"next", nullptr}});
}

Reply put_waste_list(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    const std::string& edition = call.place("edition");
    if (!is_edition(edition)) return refuse(404, "NOT_FOUND");
    Faults faults;
    Fields form{*body, "", faults};
    const auto list = read_list(form, edition);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto outcome = store::import_list(db, list, origin_of(call));
    return json_reply({{"kind", code(list.kind)},
                       {"edition", edition},
                       {"entries", list.codes.size() + list.exemptions.size()},
                       {"outcome", store::code(outcome)}},
                      outcome == store::Imported::made ? 201 : 200);
}

Reply find_waste_codes(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::CodeQuery wanted;
    wanted.text = query.text("q", 60);
    wanted.after = query.text("after", 20);
    const std::string on = query.text("on", 10);
    wanted.on = manifest::civil_day(call.now);
    if (!on.empty()) {
        const auto day = parse_day(on);
        if (!day) query.add("NOT_A_DATE", "on", on);
        wanted.on = day.value_or(wanted.on);
    }
    const std::string kind = query.text("kind", 10);
    const bool known = kind.empty() || std::ranges::find(code_kinds, kind) != std::end(code_kinds);
    if (!known) query.add("UNKNOWN_VALUE", "kind", kind);
    wanted.kind = kind == "GENERAL" ? ListKind::general : ListKind::hazardous;
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto page = store::find_codes(db, wanted);
    json body{{"edition", nullptr}, {"next", nullptr}, {"warnings", json::array()}};
    if (page.edition.empty()) {
        body["warnings"].push_back(beside("WASTE_LIST_MISSING", "?on"));
    } else {
        body["edition"] = page.edition;
    }
    if (page.items.size() > static_cast<std::size_t>(limit)) {
        page.items.pop_back();
        body["next"] = page.items.back().at("code");
    }
    body["items"] = std::move(page.items);
    return json_reply(body);
}

Reply show_calendar(pqxx::work& db, const Call& call) {
    const auto year = year_of(call.place("year"));
    const auto found = year ? store::find_calendar(db, *year) : std::nullopt;
    return found ? json_reply(*found) : refuse(404, "NOT_FOUND");
}

Reply put_calendar(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    const auto year = year_of(call.place("year"));
    if (!year) return refuse(404, "NOT_FOUND");
    Faults faults;
    Fields form{*body, "", faults};
    const auto days = read_days(form, *year);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto outcome = store::import_calendar(db, *year, days, origin_of(call));
    json shown = store::find_calendar(db, *year).value();
    shown["outcome"] = store::code(outcome);
    return json_reply(shown, outcome == store::Imported::made ? 201 : 200);
}

}  // namespace liuhen::server::http
