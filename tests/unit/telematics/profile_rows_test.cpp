// The grammar of profile rows, and what completes an operator's entry.
#include "telematics/jtt808/items.hpp"
#include "telematics/profile.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace std::chrono_literals;

namespace {

Profile only(std::string_view rows) {
    const auto read = read_profiles(rows);
    REQUIRE(read);
    REQUIRE(read->size() == 1);
    return read->front();
}

struct BadRow {
    std::string_view row;
    std::string_view why;
};

}  // namespace

TEST_CASE("a profile's rows become its zone, datum, leave, bits, items and events") {
    const Profile read = only(
        "profile box  # a comment\n"
        "  zone -90\n"
        "\n"
        "  datum gcj02\n"
        "  allow early_speech\n"
        "  allow bad_checksum\n"
        "  load none\n"
        "  status 20 rope_open\n"
        "  alarm 3 wheel_missing\n"
        "  item D4 1 field battery_percent 0 1 number\n"
        "  item 0C 6-8 field tilt_x 0 2 signed 10\n"
        "  item 0C 6-8 field tilt_y 2 2 signed 10\n"
        "  event 0004 opened unsealed card actor\n");
    CHECK(read.name == "box");
    CHECK(read.time_zone == -90min);
    CHECK(read.datum == Datum::gcj02);
    CHECK(read.speaks_before_authentication);
    CHECK(read.accept_bad_checksum);
    REQUIRE(read.dialect);
    const Dialect& dialect = *read.dialect;
    CHECK(dialect.load == LoadSource::none);
    CHECK(dialect.bits == std::vector<BitRule>{{Word::status, 20, "rope_open", Sense::rope_open},
                                               {Word::alarm, 3, "wheel_missing", Sense::named}});
    REQUIRE(dialect.items.size() == 2);
    CHECK(dialect.items[1].fields.size() == 2);
    CHECK(dialect.items[1].fields[1] == FieldRule{"tilt_y", 2, 2, FieldForm::signed_number, 10});
    REQUIRE(dialect.event(4) != nullptr);
    CHECK(dialect.event(4)->action == LockAction::unsealed);
    CHECK(dialect.event(4)->means == LockMeans::card);
    CHECK(dialect.event(5) == nullptr);
}

TEST_CASE("a row is found by id and length, and a claimed id has no other reading") {
    const Profile read = only("profile box\n item D5 2 raw\n item D5 14-255 lock_list\n");
    const Dialect& dialect = *read.dialect;
    CHECK(dialect.item(0xD5, 2)->reading == Reading::raw);
    CHECK(dialect.item(0xD5, 27)->reading == Reading::lock_list);
    REQUIRE(dialect.item(0xD5, 3) != nullptr);
    CHECK(dialect.item(0xD5, 3)->reading == Reading::raw);
    CHECK(dialect.item(0xD6, 2) == nullptr);
}

TEST_CASE("each thing that a profile allows is a flag of its own") {
    const Profile unknown = only("profile plain\n allow unknown_messages\n");
    CHECK(unknown.repeats_unless_done);
    CHECK_FALSE(unknown.announces_too_many);
    CHECK(only("profile plain\n allow short_batches\n").announces_too_many);
}

TEST_CASE("the patience with a model's refused pieces is a row of its own") {
    CHECK(only("profile plain\n").patience == 100);
    CHECK(only("profile plain\n patience 7\n").patience == 7);
}

TEST_CASE("a profile without rows of its own has no dialect") {
    CHECK(only("profile plain\n zone 0\n").dialect == nullptr);
}

TEST_CASE("a row that cannot be read is told with its line and reason") {
    constexpr std::array rows{
        BadRow{"zone x", "zone MINUTES, -840 to 840"},
        BadRow{"zone 841", "zone MINUTES, -840 to 840"},
        BadRow{"datum bd09", "datum wgs84|gcj02"},
        BadRow{"allow everything",
               "allow early_speech|bad_checksum|unknown_messages|short_batches"},
        BadRow{"patience 0", "patience PIECES, 1 to 65535"},
        BadRow{"patience 65536", "patience PIECES, 1 to 65535"},
        BadRow{"load some", "load status|none|sensors"},
        BadRow{"orders aloud", "orders none|sentences|hhd"},
        BadRow{"event 9-3 name - card none", "event NUMBER NAME ACTION|- MEANS DATA"},
        BadRow{"status 32 rope_open", "bits are 0 to 31"},
        BadRow{"status 20", "alarm|status|listed BIT NAME"},
        BadRow{"item 100 2 raw", "ids are 00 to FF, lengths n, n-m or *"},
        BadRow{"item D4 9-3 raw", "ids are 00 to FF, lengths n, n-m or *"},
        BadRow{"item D4 1 magic", "no such reading"},
        BadRow{"item D4 1 field battery 1 1 number", "the field ends behind the shortest item"},
        BadRow{"item D4 9 field big 0 5 number", "numbers have 1 to 4 bytes"},
        BadRow{"item D4 9 field big 0 3 signed", "signed numbers have 2 or 4 bytes"},
        BadRow{"item D4 1 field battery 0 1 number 0",
               "item ID LENGTH field NAME AT WIDTH FORM [DIVISOR]"},
        BadRow{"event 1 name flown card actor", "event NUMBER NAME ACTION|- MEANS DATA"},
        BadRow{"colour red", "no such kind of row"},
        BadRow{"profile box", "that name is taken"},
    };
    for (const BadRow& bad : rows) {
        INFO(bad.row);
        const auto read = read_profiles("profile box\n\n" + std::string{bad.row} + "\n");
        REQUIRE_FALSE(read);
        CHECK(read.error().line == 3);
        CHECK(read.error().why == bad.why);
    }
    const auto orphan = read_profiles("zone 0\n");
    REQUIRE_FALSE(orphan);
    CHECK(orphan.error().why == "a row before the first profile");
}

TEST_CASE("rows that contradict an earlier one are refused") {
    for (const std::string row : {"status 3 x\n status 3 y", "item D4 1-4 raw\n item D4 2 secret",
                                  "event 1 a - card none\n event 1 b - card none",
                                  "event 1-9 a - card none\n event 5 b - card none"}) {
        INFO(row);
        const auto read = read_profiles("profile box\n " + row + "\n");
        REQUIRE_FALSE(read);
        CHECK(read.error().line == 3);
        CHECK(read.error().why.ends_with("already"));
    }
}

TEST_CASE("the known profiles begin with the standard and have unique names") {
    const auto& known = known_profiles();
    REQUIRE(known.size() >= 10);
    CHECK(known.front().name == "standard");
    CHECK(known.front().dialect == nullptr);
    CHECK(find_profile("lock-hhd") != nullptr);
    CHECK(find_profile("no such model") == nullptr);
}

TEST_CASE("an operator's entry keeps its zone and datum and gets the model's dialect and leave") {
    const Profile whole = completed(
        {.name = "lock-hhd", .time_zone = 480min, .datum = Datum::gcj02, .dialect = nullptr});
    CHECK(whole.time_zone == 480min);
    CHECK(whole.datum == Datum::gcj02);
    CHECK(whole.speaks_before_authentication);
    CHECK(whole.dialect == find_profile("lock-hhd")->dialect);
    const Profile unknown = completed({.name = "own", .accept_bad_checksum = true});
    CHECK(unknown.dialect == nullptr);
    CHECK(unknown.accept_bad_checksum);
    CHECK(completed({.name = "tracker-utc"}).speaks_before_authentication);
    CHECK(completed({.name = "bad-checksum"}).accept_bad_checksum);
    CHECK(find_profile("tracker-utc")->time_zone == 0min);
    CHECK(find_profile("tracker-gcj02")->datum == Datum::gcj02);
    CHECK(find_profile("lock-jointech")->time_zone == 0min);
}
