#include "simulators/registers.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace liuhen::simulators {
namespace {

constexpr int years_ahead = 1;              // a fast clock may pass the new year
constexpr int yearly_kg = 50'000'000;       // more than any play moves
constexpr const char* demo_method = "D10";  // as in the filings

int year_in_china(Instant t) {
    const auto day = std::chrono::floor<std::chrono::days>(t + china_standard_time);
    return static_cast<int>(std::chrono::year_month_day{day}.year());
}

/// A row of a paper by what tells it from the others.
using Rows = std::set<std::pair<std::string, std::string>>;  // code, receiver

Rows rows_of(const json& paper) {
    Rows rows;
    for (const json& row : paper.at("rows"))
        rows.emplace(row.value("code", ""), row.value("receiver", ""));
    return rows;
}

json form_of(const Rows& rows) {
    json form = json::array();
    for (const auto& [code, receiver] : rows) {
        json row{{"code", code}, {"method", demo_method}, {"yearly_kg", yearly_kg}};
        if (!receiver.empty()) row["receiver"] = receiver;
        form.push_back(std::move(row));
    }
    return form;
}

std::string address(const char* list, const json& paper, const char* event) {
    return fmt::format("/v1/{}/{}/{}", list, paper.at("id").get<std::string>(), event);
}

awaitable<void> enter_plan(Api producer, int year, Rows rows) {
    const auto plans = co_await producer.list(fmt::format("/v1/plans?year={}", year));
    if (plans.empty()) {
        json form{{"year", year}, {"rows", form_of(rows)}};
        const json draft = co_await producer.post("/v1/plans", std::move(form), fresh_key());
        co_await producer.change(address("plans", draft, "file"), json::object(), draft);
        co_return;
    }
    const json plan = plans.front();
    Rows all = rows_of(plan);
    const std::size_t known = all.size();
    all.insert(rows.begin(), rows.end());
    if (all.size() == known) co_return;
    json form{{"rows", form_of(all)}};
    co_await producer.change(address("plans", plan, "amend"), std::move(form), plan);
}

awaitable<void> enter_licence(Api desk, std::string receiver, std::string number, int year,
                              Rows rows) {
    const auto licences = co_await desk.list("/v1/licences?licence_no=" + number);
    if (!licences.empty()) rows.merge(rows_of(licences.front()));
    if (!licences.empty() && rows == rows_of(licences.front())) co_return;
    json form{{"kind", "comprehensive"},
              {"valid_from", fmt::format("{}-01-01", year)},
              {"valid_to", fmt::format("{}-12-31", year + years_ahead)},
              {"scope", form_of(rows)}};
    if (!licences.empty()) {
        const json licence = licences.front();
        co_await desk.change(address("licences", licence, "amend"), std::move(form), licence);
        co_return;
    }
    form["receiver"] = receiver;
    form["licence_no"] = number;
    co_await desk.post("/v1/licences", std::move(form), fresh_key());
}

}  // namespace

awaitable<void> enter_papers(const Scenario& scenario, const Fleet& fleet, const Api& desk,
                             Instant now) {
    std::map<std::string, Rows> by_producer, by_receiver;
    for (const TruckPlan& truck : scenario.trucks) {
        by_producer[truck.producer].emplace(truck.waste.code, fleet.parties.at(truck.receiver));
        by_receiver[truck.receiver].emplace(truck.waste.code, "");
    }
    const int year = year_in_china(now);
    for (const auto& [party, rows] : by_producer) {
        for (int y = year; y <= year + years_ahead; ++y)
            co_await enter_plan(fleet.desks.at(party), y, rows);
    }
    for (const PartyPlan& party : scenario.parties) {
        const auto rows = by_receiver.find(party.key);
        if (rows == by_receiver.end()) continue;
        co_await enter_licence(desk, fleet.parties.at(party.key),
                               fmt::format("DEMO-{}-{}", party.uscc, year), year, rows->second);
    }
}

}  // namespace liuhen::simulators
