#include "manifest/limits.hpp"

#include "tests/unit/manifest/journey.hpp"

#include <fstream>
#include <iterator>
#include <set>

using namespace liuhen;
using namespace liuhen::test;

namespace {

/// Codes of the clocks that run.
std::vector<std::string> running(const Manifest& manifest) {
    std::vector<std::string> all;
    for (const auto& one : running_limits(manifest, {})) all.emplace_back(one.limit->code);
    return all;
}
Instant due_at(const Manifest& manifest, std::string_view code, const Calendar& calendar = {}) {
    for (const auto& one : running_limits(manifest, calendar)) {
        if (one.limit->code == code) return one.due;
    }
    FAIL("no clock " << code);
    return {};
}

}  // namespace

TEST_CASE("each state of an honest transfer has its clocks") {
    CHECK(running(before(submit_call)).empty());
    CHECK(running(before(accept_carriage_call)) == Codes{"ASSIGNMENT_STALE"});
    CHECK(running(before(producer_signs_call)) == Codes{"ASSIGNMENT_STALE"});
    CHECK(running(before(depart_call)) == Codes{"LOADED_NOT_DEPARTED"});
    CHECK(running(before(arrive_call)) == Codes{"TRIP_OVERDUE"});
    CHECK(running(before(weigh_in_call)) == Codes{"RECEIPT_OVERDUE"});
    CHECK(running(before(accept_call)) == Codes{"RECEIPT_OVERDUE"});
    CHECK(running(before(close_call)) == Codes{"ACKNOWLEDGEMENT_SILENT"});
    CHECK(running(before(calls)) == Codes{"TREATMENT_DUE", "TREATMENT_OVERDUE"});
}

TEST_CASE("the receipt is due at the end of the fifth working day, the first not counted") {
    auto manifest = before(weigh_in_call);
    manifest.legs.back().arrive_at = *parse_iso("2025-09-26T23:59:00+08:00");  // a Friday
    CHECK(due_at(manifest, "RECEIPT_OVERDUE") == *parse_iso("2025-10-04T00:00:00+08:00"));
    Calendar calendar;
    calendar.years = {2025};
    using namespace std::chrono;
    for (unsigned d = 1; d <= 8; ++d) calendar.holidays.insert(2025y / October / day{d});
    calendar.workdays = {2025y / September / 28};
    CHECK(due_at(manifest, "RECEIPT_OVERDUE", calendar) == *parse_iso("2025-10-11T00:00:00+08:00"));
    CHECK_FALSE(running_limits(manifest, calendar).at(0).calendar_missing);
    CHECK(running_limits(manifest, {}).at(0).calendar_missing);
}

TEST_CASE("the carrier is awaited from a day before the planned departure") {
    auto manifest = before(accept_carriage_call);
    manifest.planned_depart_at = eight + 72h;
    CHECK(due_at(manifest, "CARRIER_AWAITED") == eight + 48h);
    CHECK(due_at(manifest, "ASSIGNMENT_STALE") == eight + 72h + 7 * 24h);
}

TEST_CASE("a trip is overdue by the later of its two measures") {
    auto manifest = before(arrive_call);  // planned for four hours
    const auto departed = *manifest.legs.at(0).depart_at;
    CHECK(due_at(manifest, "TRIP_OVERDUE") ==
          std::max(*manifest.planned_arrive_at + 2h, departed + 6h));
    manifest.legs.at(0).depart_at = departed + 10h;
    CHECK(due_at(manifest, "TRIP_OVERDUE") == departed + 16h);
}

TEST_CASE("a spare vehicle is awaited from a breakdown on that the present leg has had") {
    auto manifest = before(arrive_call);
    const auto departed = *manifest.legs.at(0).depart_at;
    const auto awaited = [&manifest](std::optional<Instant> told) -> std::optional<Instant> {
        for (const auto& one : running_limits(manifest, {}, told)) {
            if (one.limit->code == "SPARE_AWAITED") return one.due;
        }
        return std::nullopt;
    };
    CHECK_FALSE(awaited(std::nullopt));
    CHECK(awaited(departed + 1h) == departed + 5h);
    CHECK_FALSE(awaited(departed - 1h));  // of the leg before
    manifest.state = State::arrived;
    CHECK_FALSE(awaited(departed + 1h));
}

TEST_CASE("a handover is to begin two hours after its planned time at the latest") {
    auto manifest = before(arrive_call);
    manifest.legs.at(0).planned_handover_at = eight + 3h;
    CHECK(std::ranges::count(running(manifest), "HANDOVER_NOT_BEGUN") == 0);  // no further leg
    Leg further;
    further.leg_no = 2;
    manifest.legs.push_back(further);
    CHECK(due_at(manifest, "HANDOVER_NOT_BEGUN") == eight + 5h);
}

TEST_CASE("every limit names a row of the table, has its own code and words in two languages") {
    std::set<std::string_view> codes;
    for (const auto& limit : limits()) {
        INFO(limit.code);
        CHECK(codes.insert(limit.code).second);
        CHECK(find_limit(limit.code) == &limit);
        CHECK(std::ranges::any_of(lifecycle(),
                                  [&](const Transition& row) { return row.row == limit.row; }));
        CHECK_FALSE(limit.en.empty());
        CHECK_FALSE(limit.zh.empty());
        CHECK((limit.amount > 0) == (limit.unit != Unit::instant));
    }
    CHECK(find_limit("NO_SUCH") == nullptr);
}

TEST_CASE("every limit stands in the page that explains them") {
    std::ifstream in{std::string{LIUHEN_SOURCE_DIR} + "/docs/lists.md"};
    const std::string page{std::istreambuf_iterator<char>{in}, {}};
    for (const auto& limit : limits()) {
        const auto line = "| `" + std::string{limit.code} + "` | " + std::string{limit.row} + " |";
        INFO(line);
        CHECK(page.find(line) != std::string::npos);
    }
}

TEST_CASE("a hold and a revision end by themselves at the time that they name") {
    auto manifest = before(arrive_call);
    manifest.hold = Hold{};
    manifest.hold->until = eight + 48h;
    manifest.revision = Revision{};
    manifest.revision->due = eight + 72h;
    CHECK(due_at(manifest, "HOLD_ENDED") == eight + 48h);
    CHECK(due_at(manifest, "REVISION_LAPSED") == eight + 72h);
    CHECK(find_limit("HOLD_ENDED")->event == Event::release);
    CHECK(find_limit("REVISION_LAPSED")->event == Event::cancel_revision);
}

TEST_CASE("waste that is treated whole is awaited no longer") {
    auto manifest = before(calls);
    CHECK(due_at(manifest, "TREATMENT_OVERDUE") == *manifest.accepted_at + 365 * 24h);
    manifest.lines[0].treated_g = manifest.lines[0].accepted_g;
    CHECK(running(manifest).empty());
}

TEST_CASE("the receipt is that of the leg that reached the receiver") {
    auto manifest = before(accept_call);
    const auto arrival = manifest.legs.back().arrive_at;
    Leg handed_over = manifest.legs.back();
    handed_over.end_cause = "HANDOVER";
    handed_over.arrive_at = *arrival - 1h;
    manifest.legs.insert(manifest.legs.begin(), handed_over);
    Leg back = manifest.legs.back();
    back.returning = true;
    back.arrive_at = *arrival + 5h;
    manifest.legs.push_back(back);
    CHECK(receipt_of(manifest) == arrival);
}
