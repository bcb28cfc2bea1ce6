// Where the figures of a weighing come from, and which files an event names.
#include "manifest/named_files.hpp"
#include "tests/unit/manifest/ways.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;

namespace {

WeighIn reading(const std::function<void(WeighIn&)>& shape) {
    auto one = good_weigh_in();
    shape(one);
    return one;
}
Faults weighing(const std::function<void(WeighIn&)>& shape) {
    return faults(Way{}.arrived().ask(Event::weigh_in, by_receiver, reading(shape)));
}

}  // namespace

TEST_CASE("figures that were typed need a reason of five characters, those of a scale none") {
    CHECK(weighing([](WeighIn& w) { w.source = WeighingSource::scale; }).empty());
    CHECK(weighing([](WeighIn& w) { w.source = WeighingSource::manual; }) ==
          Faults{{"REASON_REQUIRED", "/manual_reason"}});
    const auto typed = [](const char* why) {
        return weighing([why](WeighIn& w) {
            w.source = WeighingSource::manual;
            w.manual_reason = why;
        });
    };
    CHECK(typed("four") == Faults{{"REASON_REQUIRED", "/manual_reason"}});
    CHECK(typed("秤的串口坏了").empty());
    const auto home =
        Way{}.returning().ask(Event::confirm_return, by_producer,
                              reading([](auto& w) { w.source = WeighingSource::manual; }));
    CHECK(faults(home) == Faults{{"REASON_REQUIRED", "/manual_reason"}});
}

TEST_CASE("source, reason, plate and photos of a weighing stay with it, out and back") {
    const auto proof = reading([](WeighIn& w) {
        w.source = WeighingSource::manual;
        w.manual_reason = "the scale is silent";
        w.plate_read = "浙K·12345";
        w.photos = {"one", "two"};
    });
    auto way = Way{}.arrived();
    const auto in = way.go(Event::weigh_in, by_receiver, proof).next.weigh_in;
    auto home = Way{}.returning();
    const auto back = home.go(Event::confirm_return, by_producer, proof).next.weigh_return;
    for (const auto& kept : {in, back}) {
        REQUIRE(kept);
        CHECK(kept->source == WeighingSource::manual);
        CHECK(kept->manual_reason == "the scale is silent");
        CHECK(kept->plate_read == "浙K·12345");
        CHECK(kept->photos == std::vector<std::string>{"one", "two"});
    }
}

TEST_CASE("another plate at the scale than the truck's or its trailer's is a warning") {
    const auto warned = [](const char* read, const char* trailer = "") {
        auto way = Way{}.arrived();
        way.m.legs[0].trailer_plate = trailer;
        const auto decision = way.go(Event::weigh_in, by_receiver,
                                     reading([read](WeighIn& w) { w.plate_read = read; }));
        return warns(decision, "SCALE_PLATE_MISMATCH");
    };
    CHECK_FALSE(warned(""));
    CHECK_FALSE(warned("浙K12345"));
    CHECK_FALSE(warned("浙K·123 45"));
    CHECK(warned("浙K12346"));
    CHECK(warned("K12345"));  // half of it was read
    CHECK(warned("浙K1234挂"));
    CHECK_FALSE(warned("浙K1234挂", "浙K1234挂"));
}

TEST_CASE("files are named by four bodies, each id with its place") {
    const auto named = [](Body body) {
        return named_files({Event::dispute, by_producer, {}, {}, std::move(body)});
    };
    using Named = std::vector<NamedFile>;
    CHECK(named(Dispute{"the drums were sound", {"a", "b"}}) ==
          Named{{"/files/0", "a"}, {"/files/1", "b"}});
    CHECK(named(HandoverOut{{}, {}, {}, {"c"}}) == Named{{"/files/0", "c"}});
    CHECK(named(reading([](WeighIn& w) { w.photos = {"d"}; })) == Named{{"/photos/0", "d"}});
    BackfillForm paper;
    CHECK(named(paper).empty());
    paper.paper_scan = "e";
    CHECK(named(paper) == Named{{"/paper_scan", "e"}});
    CHECK(named(Arrival{}).empty());
}

TEST_CASE("a file that is unknown keeps each of the events that name files from happening") {
    const Spoil unknown = [](Step& s) {
        s.facts.checks.files = Check::failed("FILE_UNKNOWN", "/files/0", "x");
    };
    const Faults refused{{"FILE_UNKNOWN", "/files/0"}};
    CHECK(faults(Way{}.arrived().ask(Event::weigh_in, by_receiver, good_weigh_in(), unknown)) ==
          refused);
    CHECK(faults(Way{}.returning().ask(Event::confirm_return, by_producer, good_weigh_in(),
                                       unknown)) == refused);
    CHECK(faults(Way{}.disputed_over(false).ask(Event::dispute, by_producer,
                                                Dispute{"the drums were sound", {"x"}}, unknown)) ==
          refused);
    Way two{2};
    two.departed();
    CHECK(faults(two.ask(Event::handover_out, driver_of(0),
                         HandoverOut{LatLon{28.1, 119.6}, {}, {}, {"x"}}, unknown)) == refused);
}
