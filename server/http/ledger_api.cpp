// What a book holds, what its months came to, and its batches.
#include "server/days.hpp"
#include "server/http/body.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/container_json.hpp"
#include "server/store/declarations.hpp"

#include <nlohmann/json.hpp>

#include <iterator>
#include <set>

namespace liuhen::server::http {
namespace {

using namespace manifest::custody;
using nlohmann::json;

/// The book asked about: one's own, or the one that is named.
PartyId read_book(Query& query, const Call& call) {
    const PartyId named{query.uuid("party")};
    return named.empty() ? call.caller.party : named;
}

/// "2026-03".
std::optional<std::chrono::year_month> read_month(Query& query) {
    const auto text = query.text("month", 7);
    if (text.empty()) {
        query.add("MISSING", "month");
        return std::nullopt;
    }
    const auto day = parse_day(text + "-01");
    if (!day) {
        query.add("NOT_A_MONTH", "month", text);
        return std::nullopt;
    }
    const std::chrono::year_month_day first{*day};
    return std::chrono::year_month{first.year(), first.month()};
}

// Without the whole of a book there are no sums of it.
void add_totals(pqxx::work& db, const PartyId& book, json& body) {
    Grams whole;
    body["totals"] = json::array();
    for (const auto& total : store::stock_totals(db, book)) {
        body["totals"].push_back({{"waste_code", total.waste_code},
                                  {"net_g", total.weight.value},
                                  {"containers", total.containers}});
        whole = whole + total.weight;
    }
    body["net_g"] = whole.value;
}

}  // namespace

Reply ledger_stock(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::StockQuery wanted;
    wanted.party = read_book(query, call);
    if (query.integer("overdue", 0, 1, 0) == 1) wanted.stored_before = overdue_before(call.now);
    wanted.after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::stock(db, wanted);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().container.id.text;
    }
    for (const auto& row : found) body["items"].push_back(to_json(row, call.now));
    const bool whole_book = !wanted.party.empty() && !wanted.stored_before;
    if (whole_book && wanted.after.empty()) add_totals(db, wanted.party, body);
    return json_reply(body);
}

Reply ledger_balance(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const auto book = read_book(query, call);
    const auto waste_code = query.text("waste_code", 20);
    if (book.empty()) query.add("MISSING", "party");
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    json body{{"party", book.text}, {"months", json::array()}};
    // Of another firm's book some containers may be seen; their sums would be no balance.
    if (store::reads_book(db, book)) {
        for (const auto& month : month_balances(store::tallies(db, book, waste_code)))
            body["months"].push_back(to_json(month));
    }
    return json_reply(body);
}

Reply ledger_mass_balance(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::MassBalanceQuery wanted;
    const auto month = read_month(query);
    wanted.party = {query.uuid("party")};
    wanted.waste_code = query.text("waste_code", 20);
    wanted.after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    wanted.month = *month;
    auto found = store::mass_balances(db, wanted);
    json body{{"month", month_text(*month)}, {"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().party.text;
    }
    for (const auto& one : found) body["items"].push_back(to_json(one));
    return json_reply(body);
}

Reply ledger_batches(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::BatchQuery wanted;
    wanted.party = read_book(query, call);
    wanted.batch = query.text("batch", 20);
    wanted.after = query.text("after", 20);
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (wanted.party.empty()) query.add("MISSING", "party");
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const bool reads = store::reads_book(db, wanted.party);
    const auto found = reads ? store::batches(db, wanted) : std::vector<store::BatchRow>{};
    json body{{"items", json::array()}, {"next", nullptr}};
    for (const auto& one : found) body["items"].push_back(to_json(one));
    std::set<std::string> codes;
    for (const auto& one : found) codes.insert(one.batch);
    if (codes.size() > static_cast<std::size_t>(limit)) {
        const std::string beyond = *codes.rbegin();
        std::erase_if(body["items"].get_ref<json::array_t&>(),
                      [&beyond](const json& one) { return one["batch"] == beyond; });
        body["next"] = *std::next(codes.rbegin());
    }
    return json_reply(body);
}

}  // namespace liuhen::server::http
