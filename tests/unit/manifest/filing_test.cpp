#include "manifest/filing.hpp"

#include "tests/unit/manifest/journey.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace liuhen;
using namespace liuhen::test;

namespace {

using Faults = std::vector<std::pair<std::string, std::string>>;

Faults listed(const Refusals& refusals) {
    Faults all;
    for (const auto& one : refusals) all.emplace_back(one.code, one.pointer);
    return all;
}

template <class Spoil>
Faults form_after(Spoil spoil) {
    Filing filing = good_filing();
    filing.producer = producer.id;
    spoil(filing);
    return listed(form_faults(filing));
}

template <class Spoil>
Faults draft_after(Spoil spoil) {
    Manifest draft = before(submit_call);
    spoil(draft);
    return listed(submission_faults(draft));
}

}  // namespace

TEST_CASE("a good form has no fault") {
    CHECK(form_after([](Filing&) {}).empty());
    CHECK(draft_after([](Manifest&) {}).empty());
}

TEST_CASE("an empty form is a lawful draft and lists all it lacks when submitted") {
    const auto steps = journey();
    Manifest blank;
    blank.id = {"m1"};
    auto request = steps[create_call].request;
    request.body = Filing{};
    const auto draft = decide(blank, request, steps[create_call].facts);
    REQUIRE(draft);
    CHECK(draft->next.producer == producer);
    CHECK(
        listed(decide(draft->next, steps[submit_call].request, steps[submit_call].facts).error()) ==
        Faults{{"FIELD_REQUIRED", "/receiver"},
               {"FIELD_REQUIRED", "/carrier"},
               {"FIELD_REQUIRED", "/origin"},
               {"FIELD_REQUIRED", "/destination"},
               {"FIELD_REQUIRED", "/planned_depart_at"},
               {"FIELD_REQUIRED", "/planned_arrive_at"},
               {"FIELD_REQUIRED", "/lines"}});
}

TEST_CASE("every fault of a form is in one answer, with its place") {
    const auto faults = form_after([](Filing& filing) {
        auto& line = filing.lines[0];
        line.waste_name = "   ";
        line.code = "900-041-44";
        line.hazards = {"T", "X", "T"};
        line.un_no = "30770";
        line.dg_class = "10";
        line.packing_group = "IV";
        line.container_count = 10'000;
        line.planned_g = Grams{0};
        line.line_no = 2;
        filing.contract_no = std::string(61, 'x');
        filing.planned_arrive_at = filing.planned_depart_at;
    });
    CHECK(faults == Faults{{"FIELD_LENGTH", "/contract_no"},
                           {"TIME_ORDER", "/planned_arrive_at"},
                           {"LINE_NUMBERS", "/lines/0/line_no"},
                           {"FIELD_LENGTH", "/lines/0/waste_name"},
                           {"CODE_FORMAT", "/lines/0/code"},
                           {"HAZARD_UNKNOWN", "/lines/0/hazards/1"},
                           {"HAZARD_UNKNOWN", "/lines/0/hazards/2"},
                           {"FIELD_FORMAT", "/lines/0/un_no"},
                           {"FIELD_FORMAT", "/lines/0/dg_class"},
                           {"FIELD_FORMAT", "/lines/0/packing_group"},
                           {"FIELD_RANGE", "/lines/0/container_count"},
                           {"FIELD_RANGE", "/lines/0/planned_g"}});
}

TEST_CASE("a container stands once on a form, and hazardous waste never goes by sea") {
    const auto shipped = [](Kind kind) {
        return form_after([kind](Filing& filing) {
            filing.kind = kind;
            filing.legs[0].mode = Mode::ship;
        });
    };
    const std::pair<std::string, std::string> refused{"SEA_TRANSPORT", "/legs/0/mode"};
    for (const Kind kind : {Kind::hazardous, Kind::medical})
        CHECK(std::ranges::count(shipped(kind), refused) == 1);
    CHECK(std::ranges::count(shipped(Kind::general), refused) == 0);
    const auto twice = form_after([](Filing& filing) {
        filing.containers.resize(2);
        for (auto& one : filing.containers) {
            one.code = "DRUM-1";
            one.line_no = 1;
        }
    });
    CHECK(twice == Faults{{"CONTAINER_DUPLICATE", "/containers/1/code"}});
}

TEST_CASE("lengths are counted in characters, not bytes") {
    const auto named = [](std::size_t characters) {
        std::string name;
        for (std::size_t i = 0; i < characters; ++i) name += "废";
        return form_after([&](Filing& filing) { filing.lines[0].waste_name = name; });
    };
    CHECK(named(100).empty());
    CHECK(named(101) == Faults{{"FIELD_LENGTH", "/lines/0/waste_name"}});
}

TEST_CASE("the code must be of the manifest's kind and agree with the category") {
    CHECK(form_after([](Filing& f) { f.lines[0].category = "HW08"; }) ==
          Faults{{"CODE_CATEGORY_MISMATCH", "/lines/0/category"}});
    CHECK(form_after([](Filing& f) { f.kind = Kind::general; }) ==
          Faults{{"CODE_FORMAT", "/lines/0/code"}});
    CHECK(form_after([](Filing& f) {
              f.kind = Kind::general;
              f.lines[0].code = "900-001-S17";
          }).empty());
    CHECK(form_after([](Filing& f) { f.lines[0].code = "900-001-S17"; }) ==
          Faults{{"CODE_FORMAT", "/lines/0/code"}});
}

TEST_CASE("a road trip carries 49 tonnes and no gram more") {
    const auto planned = [](std::int64_t first, std::int64_t second) {
        return form_after([&](Filing& f) {
            f.lines = {paint_line(), paint_line()};
            f.lines[0].planned_g = Grams{first};
            f.lines[1].planned_g = Grams{second};
        });
    };
    CHECK(planned(24'500'000, 24'500'000).empty());
    CHECK(planned(24'500'000, 24'500'001) == Faults{{"OVERLOAD", "/lines"}});
    CHECK(planned(49'000'001, 1) == Faults{{"FIELD_RANGE", "/lines/0/planned_g"}});
}

TEST_CASE("twenty lines are taken, more are refused as a whole") {
    const auto lines = [](std::size_t n) {
        return form_after([&](Filing& f) {
            f.lines.assign(n, paint_line());
            for (auto& line : f.lines) line.planned_g = Grams{1000};
        });
    };
    CHECK(lines(20).empty());
    CHECK(lines(21) == Faults{{"FIELD_RANGE", "/lines"}});
}

TEST_CASE("the planned transfer takes at most ten days and ends after it begins") {
    const auto span = [](Duration d) {
        return form_after([&](Filing& f) { f.planned_arrive_at = *f.planned_depart_at + d; });
    };
    CHECK(span(240h).empty());
    CHECK(span(240h + 1ms) == Faults{{"SPAN_TOO_LONG", "/planned_arrive_at"}});
    CHECK(span(0h) == Faults{{"TIME_ORDER", "/planned_arrive_at"}});
}

TEST_CASE("parties that are the same or strangers to the load are refused") {
    CHECK(form_after([](Filing& f) { f.receiver = producer.id; }) ==
          Faults{{"SAME_PARTY", "/receiver"}});
    CHECK(form_after([](Filing& f) { f.consignor = carrier.id; }) ==
          Faults{{"CONSIGNOR_INVALID", "/consignor"}});
    CHECK(form_after([](Filing& f) { f.consignor = receiver.id; }).empty());
}

TEST_CASE("names that the directory does not know are refused one by one") {
    Filing filing = good_filing();
    filing.producer = producer.id;
    CHECK(listed(directory_faults(filing, {})) == Faults{{"UNKNOWN_PARTY", "/producer"},
                                                         {"UNKNOWN_PARTY", "/carrier"},
                                                         {"UNKNOWN_PARTY", "/receiver"},
                                                         {"UNKNOWN_SITE", "/origin"},
                                                         {"UNKNOWN_SITE", "/destination"}});
    auto directory = good_facts(eight).directory;
    CHECK(directory_faults(filing, directory).empty());
    directory.origin->owner = receiver.id;
    CHECK(listed(directory_faults(filing, directory)) == Faults{{"SITE_OWNER", "/origin"}});
}

TEST_CASE("hazardous waste needs its dangers and transport class, unless exempt from transport") {
    const auto bare = [](WasteLine& line) {
        line.hazards.clear();
        line.taboos.clear();
        line.method_planned.clear();
        line.un_no.clear();
        line.dg_class.clear();
    };
    CHECK(draft_after([&](Manifest& m) { bare(m.lines[0]); }) ==
          Faults{{"FIELD_REQUIRED", "/lines/0/hazards"},
                 {"FIELD_REQUIRED", "/lines/0/taboos"},
                 {"FIELD_REQUIRED", "/lines/0/method_planned"},
                 {"FIELD_REQUIRED", "/lines/0/un_no"},
                 {"FIELD_REQUIRED", "/lines/0/dg_class"}});
    CHECK(draft_after([](Manifest& m) {
              m.lines[0].un_no.clear();
              m.lines[0].dg_class.clear();
              m.lines[0].exempt_rule = "7";
          }).empty());
    CHECK(draft_after([&](Manifest& m) {
              m.kind = Kind::general;
              m.lines[0].code = "900-001-S17";
              bare(m.lines[0]);
          }).empty());
}

TEST_CASE("every other field of a line is needed to submit") {
    CHECK(draft_after([](Manifest& m) {
              auto& line = m.lines[0];
              line.waste_name.clear();
              line.form.reset();
              line.package.reset();
              line.purpose.reset();
              line.planned_g.reset();
          }) == Faults{{"FIELD_REQUIRED", "/lines/0/waste_name"},
                       {"FIELD_REQUIRED", "/lines/0/form"},
                       {"FIELD_REQUIRED", "/lines/0/package"},
                       {"FIELD_REQUIRED", "/lines/0/purpose"},
                       {"FIELD_REQUIRED", "/lines/0/planned_g"}});
}

TEST_CASE("a party whose registered code or division is wrong cannot be on a manifest") {
    CHECK(draft_after([](Manifest& m) {
              m.producer.uscc = "91331125XTRACK001T";
              m.producer.division = "339900";
              m.receiver.uscc.clear();
          }) == Faults{{"USCC_INVALID", "/producer/uscc"},
                       {"USCC_INVALID", "/receiver/uscc"},
                       {"DIVISION_UNKNOWN", "/producer/division"}});
}

TEST_CASE("an edit replaces the draft's content and keeps its identity") {
    const auto draft = before(submit_call);
    Filing filing = good_filing();
    filing.lines = {paint_line(), paint_line()};
    filing.lines[1].sent_g = Grams{7};
    filing.legs.clear();
    const auto edited =
        decide(draft, {Event::edit, by_producer, eight, 1, filing}, good_facts(eight));
    REQUIRE(edited);
    CHECK(edited->row == "T02");
    CHECK(edited->next.id == draft.id);
    CHECK(edited->next.version == 2);
    CHECK(edited->next.state == State::draft);
    CHECK(edited->next.lines.size() == 2);
    CHECK(edited->next.lines[1].line_no == 2);
    CHECK_FALSE(edited->next.lines[1].sent_g);
    CHECK(edited->next.legs.empty());
}

TEST_CASE("a form may not name another producer than the caller") {
    const auto decision = answer(create_call, [](Step& step) {
        std::get<Filing>(step.request.body).producer = receiver.id;
    });
    CHECK(codes(decision) == Codes{"NOT_YOUR_ORG"});
}

TEST_CASE("the number's series is the departure's year in China and the producer's prefecture") {
    auto draft = before(submit_call);
    CHECK(number_series(draft) == NumberSeries{2026, "3311"});
    draft.planned_depart_at = parse_iso("2026-12-31T16:00:00Z");
    CHECK(number_series(draft) == NumberSeries{2027, "3311"});
    draft.planned_depart_at = parse_iso("2026-12-31T15:59:59Z");
    CHECK(number_series(draft) == NumberSeries{2026, "3311"});
    draft.producer.division = "";
    CHECK_FALSE(number_series(draft));
}

TEST_CASE("a departure more than thirty days ahead is refused") {
    const auto planned = [](Duration ahead) {
        auto draft = before(submit_call);
        draft.planned_depart_at = eight + ahead;
        draft.planned_arrive_at = eight + ahead + 2h;
        return codes(decide(draft, {Event::submit, by_producer, eight, {}, Submission{}},
                            good_facts(eight)));
    };
    CHECK(planned(720h) == Codes{"OK"});
    CHECK(planned(720h + 1ms) == Codes{"DEPARTURE_TOO_FAR"});
}
