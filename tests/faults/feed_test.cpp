// Readers of the feed that stop reading: the others notice nothing, and who reads on misses
// nothing.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

using namespace liuhen;
using namespace liuhen::test;

namespace {

constexpr int revisions = 400;
constexpr int evidence_bytes = 64 * 1024;  // 25 MB in all: more than sockets hold

/// Revisions of one alert, stored as the journal does.
void store_revisions(const Valley& place) {
    const std::string now = to_iso(place.house.now());
    place.database.sql(
        "INSERT INTO alert_revisions SELECT 'trip1.SUSPECTED_DUMPING.1', n, CASE n WHEN 1 THEN"
        " 'raised' ELSE 'amended' END, 'trip1', v.id, v.carrier_id, v.plate,"
        " '{33112026000001}', 'SUSPECTED_DUMPING', 'A', 2, '" +
        now + "', NULL, '" + now +
        "', false, '2026-1', json_build_object('fixes', '[]'::json, 'note', repeat('x', " +
        std::to_string(evidence_bytes) +
        "))::jsonb, clock_timestamp() FROM vehicles v, "
        "generate_series(1, " +
        std::to_string(revisions) + ") n");
}

std::string listening(const Valley& place, const std::string& more = "") {
    return "GET /v1/alerts/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
           place.tokens.at("police") + "\r\n" + more + "\r\n";
}

/// Numbers of the events in a piece of a stream, in their order.
std::vector<int> numbers_in(const std::string& text) {
    std::vector<int> numbers;
    constexpr std::string_view mark = "id: f", event = "\nevent: alert";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto end = text.find('\n', at);
        if (text.compare(end, event.size(), event) == 0)
            numbers.push_back(std::stoi(text.substr(at + mark.size())));
    }
    return numbers;
}

/// What a stream says up to its last event.
std::string heard_to_last(const WebLine& line) {
    const std::string mark = "id: f" + std::to_string(revisions) + "\nevent: alert";
    std::string all;
    for (std::size_t looked = 0; all.find(mark, looked) == std::string::npos;) {
        looked = all.size() > mark.size() ? all.size() - mark.size() : 0;
        const auto part = line.receive();
        if (part.empty()) break;
        all += part;
    }
    return all;
}

std::vector<int> one_to_last() {
    std::vector<int> all;
    for (int n = 1; n <= revisions; ++n) all.push_back(n);
    return all;
}

}  // namespace

TEST_CASE("twenty readers that take nothing delay nobody, and read on where they stood") {
    Valley place;
    std::vector<std::unique_ptr<WebLine>> stalled;
    for (int i = 0; i < 20; ++i) {
        stalled.push_back(std::make_unique<WebLine>(place.house.web().port));
        stalled.back()->send(listening(place));
    }
    const WebLine lively{place.house.web().port};
    lively.send(listening(place));
    store_revisions(place);
    const auto begun = server::monotonic();
    place.house.wake_feed();
    const auto heard = heard_to_last(lively);
    const std::chrono::duration<double> took = server::monotonic() - begun;
    CHECK(numbers_in(heard) == one_to_last());
    CHECK(took.count() < 15);
    CHECK(place.as("police").get("/v1/alerts?limit=1").status == 200);

    // One that reads on gets what it missed, in order; one that hung up goes on from its cursor.
    CHECK(numbers_in(heard_to_last(*stalled.front())) == one_to_last());
    stalled.pop_back();
    const WebLine again{place.house.web().port};
    again.send(listening(place, "Last-Event-ID: f250\r\n"));
    const auto rest = numbers_in(heard_to_last(again));
    REQUIRE(rest.size() == revisions - 250);
    CHECK(rest.front() == 251);
}
