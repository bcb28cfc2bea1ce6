// What a session may do whose device has not sent its code, and what it may not.
#include "talk_room.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;

TEST_CASE("who has not proved whose number it sends is told no order until it has") {
    Room room;
    room.order("A");
    room.hear("early T");
    REQUIRE(room.trail_of(1) == Trail{"sent ok;"});
    room.exchange->nudge({"T"});
    room.hear("x");
    REQUIRE(room.trail_of(2) == Trail{"sent ok;", "sent ok;"});
    std::this_thread::sleep_for(100ms);
    CHECK(room.trail().size() == 2);
    room.hear("code");
    CHECK(room.trail_of(7) == Trail{"sent ok;", "sent ok;", "sent ok;", "cut off T", "open T",
                                    "saying A", "sent do A;"});
}

TEST_CASE("a line that proved nothing takes no terminal from one that did") {
    Room room;
    room.hear("name T");
    REQUIRE(room.trail_of(3).back() == "open T");
    CHECK_FALSE(room.is_claimed(false));
    room.hear("x");
    CHECK(room.trail_of(4).back() == "sent ok;");
    CHECK(room.metrics.text().find("kind=\"not_proved\"") != std::string::npos);
    CHECK(room.is_claimed(true));
    room.over.get();
}

TEST_CASE("a line whose device sends its code later is held from then on") {
    Room room;
    room.hear("early T");
    REQUIRE(room.trail_of(1).size() == 1);
    room.hear("code");
    REQUIRE(room.trail_of(4).back() == "open T");
    CHECK_FALSE(room.is_claimed(false));
}

TEST_CASE("of two lines that proved nothing the newer one has the terminal, and a proof ends it") {
    Room room;
    room.hear("early T");
    REQUIRE(room.trail_of(1).size() == 1);
    CHECK(room.is_claimed(false));
    room.over.get();
    CHECK(room.is_claimed(true));
}

TEST_CASE("what a line without proof says in a terminal's name that another holds is not stored") {
    Room room;
    CHECK(room.is_claimed(true));
    room.hear("early T");
    room.over.get();
    CHECK(room.trail().empty());
}
