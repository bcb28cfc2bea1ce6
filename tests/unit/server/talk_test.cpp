// A session's dealings with orders.
#include "talk_room.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;

TEST_CASE(
    "what waits for a device is said when it has made itself known, stored before it leaves") {
    Room room;
    room.order("A");
    room.hear("hello");
    CHECK(room.trail_of(1) == Trail{"sent ok;"});
    room.hear("name T");
    CHECK(room.trail_of(6) ==
          Trail{"sent ok;", "sent ok;", "cut off T", "open T", "saying A", "sent do A;"});
}

TEST_CASE("a silent session says a new order as soon as it is nudged, and each only once") {
    Room room;
    room.hear("name T");
    REQUIRE(room.trail_of(3).back() == "open T");
    room.order("A");
    room.exchange->nudge({"T"});
    REQUIRE(room.trail_of(6).back() == "sent do A;");
    room.exchange->nudge({"T"});
    CHECK(room.trail_of(8).back() == "open T");
}

TEST_CASE("an order that is cancelled after it was said is not said again") {
    Room room;
    room.order("A");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    room.at_shard([&] {
        room.book.open.clear();
        room.book.ended = {"A"};
    });
    room.exchange->nudge({"T"});
    REQUIRE(room.trail_of(7).back() == "open T");
    std::this_thread::sleep_for(1'200ms);  // lines are swept once a second
    CHECK(room.trail().size() == 7);
    room.finish();
    CHECK(room.trail().size() == 7);  // nothing is unanswered
}

TEST_CASE("an order that waited for one that was cancelled is said once that is given up") {
    Room room;
    room.order("A");
    room.order("B");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    room.at_shard([&] {
        room.book.open.erase(room.book.open.begin());
        room.book.ended = {"A"};
    });
    room.exchange->nudge({"T"});
    CHECK(room.trail_of(10).back() == "sent do B;");
}

TEST_CASE("a dialogue that stays due is ticked now and then, and its device is heard") {
    Room room;
    room.order("stuck");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do stuck;");
    const int before = PlainDialogue::ticks;
    std::this_thread::sleep_for(500ms);
    room.hear("x");
    CHECK(room.trail_of(6).back() == "sent ok;");
    CHECK(PlainDialogue::ticks - before <= 500ms / tick_pause + 2);
}

TEST_CASE("an order that is due is said again though the device is silent") {
    Room room;
    room.order("A");
    room.hear("name T");
    CHECK(room.trail_of(6).back() == "sent again A;");
}

TEST_CASE("an answer is stored before its own reply leaves, and frees the way for what was busy") {
    Room room;
    room.order("A");
    room.order("B");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    room.at_shard([&] { room.book.open.erase(room.book.open.begin()); });
    REQUIRE(room.trail_of(6).back() == "sent again A;");  // of B nothing is noted meanwhile
    room.hear("done A");
    const auto trail = room.trail_of(11);
    CHECK(Trail(trail.begin() + 6, trail.end()) ==
          Trail{"answered A", "sent ok;", "open T", "saying B", "sent do B;"});
}

TEST_CASE("an order that a device cannot be told is reported and sends nothing") {
    Room room;
    room.order("odd");
    room.hear("name T");
    CHECK(room.trail_of(5).back() == "untold odd not_supported");
}

TEST_CASE("an order that was cancelled meanwhile is not said, and the next one is") {
    Room room;
    room.order("cancelled");
    room.order("A");
    room.hear("name T");
    const auto trail = room.trail_of(6);
    CHECK(Trail(trail.begin() + 3, trail.end()) ==
          Trail{"saying cancelled", "saying A", "sent do A;"});
}

TEST_CASE("while the book cannot be read the device is heard, and then its orders are said") {
    Room room;
    room.order("A");
    room.at_shard([&] { room.book.fail_once = "cut off"; });
    room.hear("name T");
    room.trail_of(1);
    room.hear("x");
    CHECK(room.trail_of(2) == Trail{"sent ok;", "sent ok;"});
    CHECK(room.trail_of(6).back() == "sent do A;");
}

TEST_CASE("while it cannot be stored that an order is said it is not said, and it is not lost") {
    Room room;
    room.hear("name T");
    REQUIRE(room.trail_of(3).back() == "open T");
    room.order("A");
    room.at_shard([&] { room.book.fail_once = "saying"; });
    room.exchange->nudge({"T"});
    CHECK(room.trail_of(6) ==
          Trail{"sent ok;", "cut off T", "open T", "open T", "saying A", "sent do A;"});
}

TEST_CASE("a line that ends leaves its unanswered orders open") {
    Room room;
    room.order("A");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    room.hear("bye");
    room.over.get();
    CHECK(room.trail().back() == "cut off T");
}

TEST_CASE("a line that another takes over gives back what it had told to nobody") {
    Room room;
    room.order("A");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    CHECK(room.is_claimed(true));
    room.over.get();
    CHECK(room.trail().back() == "not heard A 1");
}

TEST_CASE("what a terminal took on an earlier line is not said again, and its answer is heard") {
    Room room;
    room.order("A");
    room.at_shard([&] { room.book.awaited = {{room.book.open.front(), 41}}; });
    room.hear("name T");
    REQUIRE(room.trail_of(4).back() == "open T");
    room.hear("done A");
    const auto trail = room.trail_of(6);
    CHECK(Trail(trail.begin() + 4, trail.end()) == Trail{"answered A", "sent ok;"});
}
