#include "server/http/batch.hpp"

#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"

#include <map>

namespace liuhen::server::http {
namespace {

using manifest::Event;
using nlohmann::json;

constexpr std::size_t most_at_once = 200;

// What a clerk signs by the pile: the same act on each, with no reason of its own to give.
constexpr manifest::EnumSet<Event> by_the_pile{Event::submit,
                                               Event::carrier_accept,
                                               Event::load_sign,
                                               Event::depart,
                                               Event::arrive,
                                               Event::accept,
                                               Event::close,
                                               Event::confirm_difference,
                                               Event::confirm_backfill,
                                               Event::approve_revision,
                                               Event::report_treatment};

// The event's own form is read when its turn comes. A row's faults are the row's alone, and point
// into it.
BatchItem read_item(const json& row, const json& common) {
    BatchItem item;
    Fields f{row, "", item.faults};
    item.no = f.text("no", {14, 14});
    item.id = f.uuid("id");
    if (item.no.empty() == item.id.empty() && item.faults.empty())
        f.add(item.no.empty() ? "MISSING" : "EXCLUSIVE", "no");
    if (const auto version = f.integer("version", 1, 1'000'000'000))
        item.if_match = '"' + std::to_string(*version) + '"';
    const json* const own = f.any("body");
    item.form = own == nullptr || own->is_null() ? common : *own;
    if (!item.form.is_object()) f.add("WRONG_TYPE", "body");
    f.finish();
    return item;
}

}  // namespace

Result<Batch, Reply> read_batch(const Request& request) {
    const auto body = read_body(request);
    if (!body) return fail(body.error());
    Faults faults;
    Fields form{*body, "", faults};
    Batch batch;
    const std::string name = form.text("event", {1, 40}, Need::required);
    const auto event = manifest::event_from_code(name);
    if (!name.empty() && (!event || !by_the_pile.has(*event)))
        form.add("UNKNOWN_VALUE", "event", name);
    batch.event = event.value_or(Event::submit);
    const json* const common = form.any("body");
    if (common != nullptr && !common->is_object()) form.add("WRONG_TYPE", "body");
    const json* const rows = form.array("items", most_at_once, Need::required);
    if (rows != nullptr && rows->empty()) form.add("TOO_SHORT", "items");
    form.finish();
    if (!faults.empty()) return fail(unprocessable(std::move(faults)));
    const json otherwise = common == nullptr ? json::object() : *common;
    for (const json& row : *rows) batch.items.push_back(read_item(row, otherwise));
    return batch;
}

std::vector<BatchItem> find_items(pqxx::work& db, std::vector<BatchItem> items) {
    json numbers = json::array();
    json ids = json::array();
    for (const BatchItem& item : items) {
        if (!item.faults.empty()) continue;
        (item.no.empty() ? ids : numbers).push_back(item.no.empty() ? item.id : item.no);
    }
    const auto rows = db.exec_params(
        "SELECT id, coalesce(no, ''), state FROM manifests WHERE NOT document ? 'discarded_at'"
        " AND (no = ANY (ARRAY(SELECT json_array_elements_text($1::json)::bpchar))"
        "      OR id = ANY (ARRAY(SELECT json_array_elements_text($2::json)::uuid)))",
        numbers.dump(), ids.dump());
    std::map<std::string, pqxx::row> found;
    for (const auto& row : rows) {
        found.emplace(row[0].c_str(), row);
        if (*row[1].c_str() != '\0') found.emplace(row[1].c_str(), row);
    }
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < items.size(); ++i) {
        BatchItem& item = items[i];
        if (!item.faults.empty()) continue;
        const auto row = found.find(item.no.empty() ? item.id : item.no);
        item.unknown = row == found.end();
        if (item.unknown) continue;
        item.id = row->second[0].c_str();
        item.no = row->second[1].c_str();
        item.state = row->second[2].c_str();
        const auto [earlier, fresh] = first.emplace(item.id, i);
        if (!fresh)
            item.faults.push_back(fault("DUPLICATE", "", pointer_to("/items", earlier->second)));
    }
    return items;
}

}  // namespace liuhen::server::http
