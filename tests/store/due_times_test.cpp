// Time limits: rows beside the manifest, met by the service when they pass.
#include "server/due_times.hpp"

#include "server/store/calendars.hpp"
#include "tests/support/await.hpp"
#include "tests/support/valley_trip.hpp"

namespace {

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

using Codes = std::vector<std::string>;

/// One pass of the service, `ahead` of the valley's own time; how many rows it acted on.
std::size_t pass(const Valley& place, std::chrono::hours ahead) {
    server::Database database{place.database.conninfo(), 1, 1};
    const server::Clock clock{server::DemoClock{place.house.now() + ahead, 1}};
    server::DueTimes due_times{database, clock};
    const auto done = test::await(due_times.pass());
    database.stop();
    return done;
}

json due_times(const Valley& place, const std::string& role, const std::string& more) {
    return place.as(role).get("/v1/due-times?limit=200" + more).json()["items"];
}
Codes codes_of(const json& items) {
    Codes codes;
    for (const auto& one : items) codes.push_back(one["code"]);
    return codes;
}

TEST_CASE("clocks begin and end with the events of the manifest") {
    Valley place;
    truck_ready(place);
    const std::string id = submitted(place, place.filing())["id"];
    const std::string of = "&manifest=" + id;
    CHECK(codes_of(due_times(place, "producer", of)) == Codes{"ASSIGNMENT_STALE"});
    step(place, "carrier", id, "carrier_accept", place.acceptance());
    step(place, "producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    step(place, "driver", id, "load_sign");
    CHECK(codes_of(due_times(place, "carrier", of)) == Codes{"LOADED_NOT_DEPARTED"});
    step(place, "driver", id, "depart");
    const auto arrival = step(place, "receiver", id, "arrive");
    const auto codes = warning_codes(arrival);
    CHECK(std::ranges::find(codes, "CALENDAR_MISSING") != codes.end());
    const auto running = due_times(place, "regulator", of);
    REQUIRE(codes_of(running) == Codes{"RECEIPT_OVERDUE"});
    CHECK(running[0]["calendar_missing"] == true);
    CHECK(running[0]["transition"] == "T20");
    CHECK(codes_of(due_times(place, "receiver", of + "&ended=1")).size() == 4);
    CHECK(due_times(place, "other", "").empty());
}

TEST_CASE("a load that does not leave becomes a task once, until it leaves") {
    Valley place;
    truck_ready(place);
    const std::string id = submitted(place, place.filing())["id"];
    step(place, "carrier", id, "carrier_accept", place.acceptance());
    step(place, "producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    step(place, "driver", id, "load_sign");
    CHECK(pass(place, 23h) == 0);
    CHECK(pass(place, 25h) == 1);
    CHECK(pass(place, 26h) == 0);
    const auto tasks = due_times(place, "regulator", "&passed=1");
    REQUIRE(codes_of(tasks) == Codes{"LOADED_NOT_DEPARTED"});
    CHECK(tasks[0]["outcome"] == "told");
    step(place, "driver", id, "depart");
    CHECK(due_times(place, "regulator", "&passed=1").empty());
    CHECK(due_times(place, "regulator", "&passed=1&ended=1").size() == 1);
}

TEST_CASE("a receipt that is overdue is marked in the history, and accepted late with a warning") {
    Valley place;
    truck_ready(place);
    const std::string id = arrived(place);
    step(place, "receiver", id, "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    CHECK(pass(place, 24h) == 0);
    CHECK(pass(place, 24h * 12) == 1);
    CHECK(pass(place, 24h * 12) == 0);
    const auto marked = place.as("producer").get("/v1/manifests/" + id).json();
    CHECK(marked["state"] == "ARRIVED");
    CHECK(marked["overlays"]["receipt_overdue"]["cause"] == "RECEIPT_OVERDUE");
    CHECK(place.database.value<std::string>(
              "SELECT transition || event || role FROM manifest_events WHERE manifest_id = '" + id +
              "' ORDER BY version DESC LIMIT 1") == "T20due_timesystem");
}

TEST_CASE("the service closes what the producer leaves unanswered for five working days") {
    Valley place;
    truck_ready(place);
    const std::string id = arrived(place);
    step(place, "receiver", id, "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    const auto accepted = step(place, "receiver", id, "accept");
    CHECK(codes_of(due_times(place, "producer", "")) == Codes{"ACKNOWLEDGEMENT_SILENT"});
    CHECK(pass(place, 24h * 4) == 0);
    CHECK(pass(place, 24h * 9) == 1);
    CHECK(place.as("producer").get("/v1/manifests/" + id).json()["state"] == "COMPLETED");
    CHECK(codes_of(due_times(place, "producer", "")) ==
          Codes{"TREATMENT_DUE", "TREATMENT_OVERDUE"});
    CHECK(place.database.value<std::string>(
              "SELECT event || role FROM manifest_events WHERE manifest_id = '" + id +
              "' ORDER BY version DESC LIMIT 1") == "closesystem");
}

TEST_CASE("a calendar that is edited later moves open due times and leaves a trace") {
    Valley place;
    truck_ready(place);
    const std::string id = arrived(place);
    const auto before = due_times(place, "receiver", "")[0];
    const auto import_year = [&](int year, const server::store::YearDays& days) {
        pqxx::connection connection{place.database.conninfo("liuhen_owner")};
        pqxx::work work{connection};
        server::store::import_calendar(work, year, days, {"test", "test", place.house.now()});
        work.commit();
    };
    const auto today =
        std::chrono::floor<std::chrono::days>(place.house.now() + china_standard_time);
    // Thirty days off, over the end of a year if it must be.
    std::map<int, server::store::YearDays> years;
    for (int i = 0; i < 30; ++i) {
        const auto day = today + std::chrono::days{i};
        years[static_cast<int>(std::chrono::year_month_day{day}.year())].emplace(
            day, server::store::DayKind::holiday);
    }
    const auto later = std::chrono::year_month_day{today + std::chrono::days{60}}.year();
    years[static_cast<int>(later)];
    CHECK(pass(place, 24h * 12) == 1);  // marked under the calendar that was known
    for (const auto& [year, days] : years) import_year(year, days);
    CHECK(pass(place, 24h * 12) == 0);
    const auto after = due_times(place, "receiver", "")[0];
    CHECK(after["due_at"] > before["due_at"]);
    CHECK(after["calendar_missing"] == false);
    CHECK_FALSE(after.contains("passed_at"));
    CHECK(place.database.value<int>("SELECT count(*) FROM due_time_changes") == 1);
    const auto cleared = place.as("receiver").get("/v1/manifests/" + id).json();
    CHECK((!cleared["overlays"].contains("receipt_overdue") ||
           cleared["overlays"]["receipt_overdue"].is_null()));
    CHECK(pass(place, 24h * 12) == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM due_time_changes") == 1);
    CHECK(pass(place, 24h * 60) == 1);
}

}  // namespace
