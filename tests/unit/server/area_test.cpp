#include "server/area.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen::server;

TEST_CASE("an area is a known province, prefecture or county") {
    for (const char* area : {"33", "3311", "331102", "11", "1101", "110105"}) {
        INFO(area);
        CHECK(is_area(area));
    }
    for (const char* none :
         {"", "3", "00", "99", "331", "3399", "33110", "339902", "3311021", "33a1", "３３"}) {
        INFO(none);
        CHECK(!is_area(none));
    }
    CHECK(is_county("331102"));
    CHECK(!is_county("3311"));
}

TEST_CASE("an area lies in itself, in those above it and in the whole country") {
    CHECK(lies_in("331102", "331102"));
    CHECK(lies_in("331102", "3311"));
    CHECK(lies_in("331102", "33"));
    CHECK(lies_in("331102", ""));
    CHECK(!lies_in("3311", "331102"));
    CHECK(!lies_in("3301", "3311"));
    CHECK(!lies_in("", "33"));
}

}  // namespace
