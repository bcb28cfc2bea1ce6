// What is reserved comes back when a transfer ends otherwise than it was planned: by each of the
// ways there are, over HTTP on a real database.
#include "tests/support/files.hpp"
#include "tests/support/quota_ledger.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::because;
using liuhen::test::check_quota_ledger;
using liuhen::test::Trade;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr long whole = 8'000'000;  // grams of the valley's one load

/// Held on the plan of the producer, and on the licence of a receiver.
struct Held {
    long plan, licence;
    friend bool operator==(const Held&, const Held&) = default;
};
std::ostream& operator<<(std::ostream& out, const Held& held) {
    return out << held.plan << " g of the plan, " << held.licence << " g of the licence";
}

Held held(const Trade& trade, const char* receiver = "receiver") {
    return {trade.database.value<long>(
                "SELECT sum(held_g) FROM quotas WHERE plan_id IS NOT NULL AND receiver_id = '" +
                trade.party.at(receiver) + "'"),
            trade.database.value<long>(
                "SELECT sum(q.held_g) FROM quotas q JOIN licences l ON l.id = q.licence_id"
                " WHERE l.receiver_id = '" +
                trade.party.at(receiver) + "'")};
}

/// Events of the manifest that moved something, in their order.
std::vector<std::string> told(const Trade& trade, const std::string& id) {
    std::vector<std::string> events;
    const auto ledger = trade.as("producer").get("/v1/manifests/" + id + "/quotas").json();
    for (const auto& one : ledger.at("items")) {
        const std::string event = one.at("event");
        if (events.empty() || events.back() != event) events.push_back(event);
    }
    return events;
}
using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("a manifest that is voided gives back what it held") {
    Trade trade;
    trade.file(trade.filing());
    CHECK(held(trade) == Held{whole, whole});
    trade.step("carrier", "carrier_accept", trade.acceptance());
    CHECK(held(trade) == Held{whole, whole});
    trade.step("producer", "void", because("the works are shut"));
    CHECK(held(trade) == Held{0, 0});
    CHECK(told(trade, trade.id) == Events{"submit", "void"});
    check_quota_ledger(trade.database);
}

TEST_CASE("a refused load gives back what it held when it is home, not before") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "reject", because("not what the label says"));
    trade.step("carrier", "start_return", {{"route", trade.route}});
    CHECK(held(trade) == Held{whole, whole});
    trade.step("producer", "confirm_return", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    CHECK(held(trade) == Held{0, 0});
    check_quota_ledger(trade.database);
}

TEST_CASE("a redirected load is held by its child, on the rows of the other receiver") {
    Trade trade;
    trade.weighed_in();
    trade.step("receiver", "reject", because("the furnace is down"));
    const auto parent = trade.step("producer", "redirect",
                                   {{"receiver", trade.party["receiver2"]},
                                    {"destination_site", trade.site["receiver2"]},
                                    {"contract_no", "C-2"},
                                    {"route", trade.route},
                                    {"planned_arrive_at", to_iso(trade.house.now() + 3h)}});
    CHECK(held(trade) == Held{0, 0});
    CHECK(held(trade, "receiver2") == Held{whole, whole});
    const std::string child = parent["children"][0]["id"];
    CHECK(told(trade, child) == Events{"redirect"});
    trade.id = child;
    trade.step("driver", "depart");
    trade.step("receiver2", "arrive");
    trade.step("receiver2", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    trade.step("receiver2", "accept");
    trade.step("producer", "close");
    CHECK(held(trade, "receiver2") == Held{whole, whole});
    check_quota_ledger(trade.database);
}

TEST_CASE("of a load refused in part the accepted part stays held") {
    Trade trade;
    trade.weighed_in();
    const auto part = trade.step(
        "receiver", "accept_part",
        {{"reason", "two drums leak"}, {"lines", {{{"line_no", 1}, {"refused_kg", 2000}}}}});
    CHECK(held(trade) == Held{whole, whole});
    const auto parent = trade.id;
    trade.file(trade.way_back(part, 2000));
    const auto child = trade.as("producer").get("/v1/manifests/" + trade.id).json();
    CHECK(told(trade, trade.id).empty());  // own waste that comes back draws on nothing
    trade.id = parent;
    trade.step("producer", "settle_remainder", {{"children", {child["no"]}}});
    CHECK(held(trade) == Held{6'000'000, 6'000'000});
    check_quota_ledger(trade.database);
}

TEST_CASE(
    "a paper holds what it says was sent, gives it back when returned, and keeps it at last") {
    Trade trade;
    trade.id = trade.draft();
    CHECK(held(trade) == Held{0, 0});
    const json paper{{"origin_mode", "BACKFILL_ORDINARY"},
                     {"paper_no", "P-2026-7"},
                     {"paper_scan", file_of(trade.as("producer"))},
                     {"departed_at", to_iso(trade.house.now() - 6h)},
                     {"arrived_at", to_iso(trade.house.now() - 2h)},
                     {"plate", "浙K12345"},
                     {"driver", "Wang Jun"},
                     {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
    trade.step("producer", "submit_backfill", paper);
    CHECK(held(trade) == Held{7'990'000, 7'990'000});
    trade.step("receiver", "return_backfill", {{"reason", "wrong weight"}});
    CHECK(held(trade) == Held{0, 0});
    const auto anew = trade.step("producer", "submit_backfill", paper);
    for (const char* role : {"carrier", "receiver"})
        trade.step(role, "confirm_backfill", {{"version", anew["version"]}});
    CHECK(held(trade) == Held{7'990'000, 7'990'000});
    CHECK(told(trade, trade.id) == Events{"submit_backfill", "return_backfill", "submit_backfill"});
    check_quota_ledger(trade.database);
}
