#include "manifest/custody/postings.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::manifest;
using namespace liuhen::manifest::custody;
using namespace std::chrono_literals;
using Moved = MovementKind;

const PartyId works{"works"}, haulage{"haulage"}, second{"second"}, plant{"plant"};
const Instant noon = *parse_iso("2026-03-01T04:00:00Z");

Manifest loaded(std::int64_t sent) {
    Manifest m;
    m.state = State::loaded;
    m.producer.id = works;
    m.receiver.id = plant;
    m.lines.resize(1);
    m.lines[0].line_no = 1;
    m.lines[0].sent_g = Grams{sent};
    m.legs.resize(1);
    m.legs[0].carrier.id = haulage;
    m.legs[0].loaded_at = noon;
    return m;
}
Manifest decided(std::int64_t sent, std::int64_t accepted, std::int64_t refused = 0) {
    auto m = loaded(sent);
    m.state = refused == 0 ? State::accepted : State::partially_accepted;
    m.lines[0].accepted_g = Grams{accepted};
    if (refused != 0) m.lines[0].refused_g = Grams{refused};
    m.accepted_at = noon + 5h;
    return m;
}

std::vector<Carried> drums(std::initializer_list<std::int64_t> nets) {
    std::vector<Carried> all;
    for (const auto net : nets) {
        Carried one;
        one.container = {"drum-" + std::to_string(all.size() + 1)};
        one.line_no = 1;
        if (net > 0) one.net = one.held = Grams{net};
        all.push_back(one);
    }
    return all;
}

std::string told(const Movement& m) {
    return m.container.text + ' ' + std::string{code(m.kind)} + ' ' +
           (m.from.empty() ? "-" : m.from.text) + '>' + (m.to.empty() ? "-" : m.to.text) + ' ' +
           std::to_string(m.weight.value);
}
std::vector<std::string> told(const std::vector<Movement>& movements) {
    std::vector<std::string> all;
    for (const auto& one : movements) all.push_back(told(one));
    return all;
}
using Lines = std::vector<std::string>;

/// Posts what is to be posted, and sees that no book is overdrawn on the way.
std::vector<std::string> post(const Manifest& manifest, std::vector<Carried>& carried,
                              Instant now = noon + 24h, const std::optional<Ending>& ending = {}) {
    const auto added = postings(manifest, carried, now, ending);
    for (auto& one : carried) {
        for (const auto& m : added) {
            if (m.container != one.container) continue;
            if (m.from == works) one.held = one.held - m.weight;
            if (m.to == works) one.held = one.held + m.weight;
            CHECK(one.held >= Grams{});
            one.posted.push_back(m);
        }
    }
    return told(added);
}

TEST_CASE("a load leaves the producer's book for the carrier's, shared by net weight") {
    auto carried = drums({100, 300});
    CHECK(post(loaded(400), carried) ==
          Lines{"drum-1 LOADED works>haulage 100", "drum-2 LOADED works>haulage 300"});
    CHECK(post(loaded(400), carried).empty());  // asked twice, posted once
}

TEST_CASE("a drum leaves whole: the scale corrects the book") {
    auto carried = drums({100, 300});
    CHECK(post(loaded(404), carried) ==
          Lines{"drum-1 CORRECTED ->works 1", "drum-1 LOADED works>haulage 101",
                "drum-2 CORRECTED ->works 3", "drum-2 LOADED works>haulage 303"});
    auto lighter = drums({100});
    CHECK(post(loaded(90), lighter) ==
          Lines{"drum-1 LOADED works>haulage 90", "drum-1 CORRECTED works>- 10"});
    CHECK(carried[0].held == Grams{});
    CHECK(lighter[0].held == Grams{});
}

TEST_CASE("waste that no book knew is produced as it is loaded") {
    auto carried = drums({0});
    CHECK(post(loaded(8'000'000), carried) ==
          Lines{"drum-1 PRODUCED ->works 8000000", "drum-1 LOADED works>haulage 8000000"});
}

TEST_CASE("a load that is taken off again stands in the producer's book as before") {
    auto carried = drums({100});
    post(loaded(100), carried);
    auto off = loaded(100);
    off.state = State::carrier_assigned;
    off.lines[0].sent_g.reset();
    off.legs[0].loaded_at.reset();
    CHECK(post(off, carried) == Lines{"drum-1 CORRECTED haulage>works 100"});
    CHECK(post(off, carried).empty());
    CHECK(post(loaded(100), carried) == Lines{"drum-1 LOADED works>haulage 100"});
}

TEST_CASE("what is accepted enters the receiver's book, and the way's loss is written off") {
    auto carried = drums({100, 300});
    post(loaded(400), carried);
    CHECK(post(decided(400, 396), carried) ==
          Lines{"drum-1 RECEIVED haulage>plant 99", "drum-1 CORRECTED haulage>- 1",
                "drum-2 RECEIVED haulage>plant 297", "drum-2 CORRECTED haulage>- 3"});
    CHECK(post(decided(400, 396), carried).empty());
}

TEST_CASE("what was gained on the way comes in before it goes on") {
    auto carried = drums({100});
    post(loaded(100), carried);
    CHECK(post(decided(100, 103), carried) ==
          Lines{"drum-1 CORRECTED ->haulage 3", "drum-1 RECEIVED haulage>plant 103"});
}

TEST_CASE("what is refused is the producer's again") {
    auto carried = drums({100, 100});
    post(loaded(200), carried);
    CHECK(post(decided(200, 150, 50), carried) == Lines{"drum-1 RECEIVED haulage>plant 100",
                                                        "drum-2 RECEIVED haulage>plant 50",
                                                        "drum-2 REFUSED haulage>works 50"});
}

TEST_CASE("nothing is received while producer and receiver do not agree") {
    auto carried = drums({100});
    auto disputed = decided(100, 90);
    disputed.state = State::discrepancy;
    CHECK(post(disputed, carried) == Lines{"drum-1 LOADED works>haulage 100"});
}

TEST_CASE("each carrier that takes over has it in its book") {
    auto carried = drums({100});
    auto m = loaded(100);
    m.legs.resize(3);
    m.legs[1].carrier.id = haulage;  // a spare truck of the same carrier is no handover
    m.legs[1].assigned_at = noon + 1h;
    m.legs[2].carrier.id = second;
    m.legs[2].assigned_at = noon + 2h;
    CHECK(post(m, carried) ==
          Lines{"drum-1 LOADED works>haulage 100", "drum-1 HANDED_OVER haulage>second 100"});
    auto home = m;
    home.state = State::returning;
    home.accepted_at = noon + 3h;
    home.lines[0].accepted_g = Grams{};
    home.lines[0].refused_g = Grams{100};
    home.legs.push_back(m.legs[2]);
    home.legs[3].returning = true;
    CHECK(post(home, carried) == Lines{"drum-1 REFUSED second>works 100"});
}

TEST_CASE("a revised weight is put right in every book that it passed") {
    auto carried = drums({100});
    post(loaded(100), carried);
    post(decided(100, 100), carried);
    // Less was sent than was signed: the rest was gained on the way, on paper.
    CHECK(post(decided(90, 100), carried) == Lines{"drum-1 CORRECTED ->haulage 10",
                                                   "drum-1 CORRECTED haulage>works 10",
                                                   "drum-1 CORRECTED works>- 10"});
    CHECK(post(decided(90, 100), carried).empty());
    CHECK(post(decided(95, 90), carried) ==
          Lines{"drum-1 CORRECTED ->works 5", "drum-1 CORRECTED plant>haulage 10",
                "drum-1 LOADED works>haulage 5", "drum-1 CORRECTED haulage>- 15"});
    CHECK(post(decided(95, 90), carried).empty());
    CHECK(carried[0].held == Grams{});
}

TEST_CASE("what was weighed at home is what came home, and the rest was lost on the way") {
    auto carried = drums({100, 300});
    post(loaded(400), carried);
    auto home = decided(400, 0, 400);
    home.state = State::rejected;
    CHECK(post(home, carried) ==
          Lines{"drum-1 REFUSED haulage>works 100", "drum-2 REFUSED haulage>works 300"});
    home.state = State::returned;
    const Ending weighed{Ending::Book::producer, Grams{80}, noon + 9h};
    CHECK(post(home, carried, noon + 24h, weighed) ==
          Lines{"drum-1 CORRECTED works>haulage 80", "drum-1 CORRECTED haulage>- 80",
                "drum-2 CORRECTED works>haulage 240", "drum-2 CORRECTED haulage>- 240"});
    CHECK(carried[0].held + carried[1].held == Grams{80});
    for (const auto& m : carried[0].posted) CHECK(m.at <= noon + 9h);
    CHECK(post(home, carried, noon + 24h, weighed).empty());

    auto heavier = drums({100});
    post(loaded(100), heavier);
    auto back = decided(100, 0, 100);
    back.state = State::returned;
    CHECK(post(back, heavier, noon + 24h, Ending{Ending::Book::producer, Grams{101}, noon + 9h}) ==
          Lines{"drum-1 CORRECTED ->haulage 1", "drum-1 REFUSED haulage>works 101"});
}

TEST_CASE("a load that an authority closed is the carrier's until it is said where it went") {
    auto closed = loaded(100);
    closed.state = State::closed_by_authority;
    const auto settled = [&](Ending::Book book, std::int64_t found) {
        auto carried = drums({100});
        post(loaded(100), carried);
        CHECK(post(closed, carried).empty());
        return post(closed, carried, noon + 24h, Ending{book, Grams{found}, noon + 9h});
    };
    CHECK(settled(Ending::Book::producer, 100) == Lines{"drum-1 REFUSED haulage>works 100"});
    CHECK(settled(Ending::Book::receiver, 90) ==
          Lines{"drum-1 RECEIVED haulage>plant 90", "drum-1 CORRECTED haulage>- 10"});
    CHECK(settled(Ending::Book::producer, 0) == Lines{"drum-1 CORRECTED haulage>- 100"});
}

TEST_CASE("where the manifest says no nets, drums share the load as the book has them") {
    auto carried = drums({0, 0, 0});
    carried[0].held = Grams{200};
    carried[1].held = Grams{100};
    carried[2].held = Grams{100};
    CHECK(shares_of_line(carried, 1, Grams{404}) ==
          std::vector{Grams{202}, Grams{101}, Grams{101}});
    // On the truck the book has none of them any more, and the shares stay what they were.
    post(loaded(404), carried);
    CHECK(carried[0].held == Grams{});
    CHECK(shares_of_line(carried, 1, Grams{404}) ==
          std::vector{Grams{202}, Grams{101}, Grams{101}});
    CHECK(post(loaded(404), carried).empty());
    CHECK(post(decided(404, 404), carried) == Lines{"drum-1 RECEIVED haulage>plant 202",
                                                    "drum-2 RECEIVED haulage>plant 101",
                                                    "drum-3 RECEIVED haulage>plant 101"});
    // One drum that nobody knows: equal parts of all.
    auto unknown = drums({0, 0});
    unknown[0].held = Grams{300};
    CHECK(shares_of_line(unknown, 1, Grams{400}) == std::vector{Grams{200}, Grams{200}});
}

TEST_CASE("drums whose nets are not what was sent are told from half a per cent on") {
    const auto off = [](std::int64_t sent, const std::vector<Carried>& carried) {
        return !lines_off(loaded(sent), carried).empty();
    };
    const auto weighed = drums({100'000, 99'000});
    CHECK_FALSE(off(200'000, weighed));
    CHECK(off(200'001, weighed));
    CHECK(off(198'000, weighed));
    CHECK_FALSE(off(198'100, weighed));
    CHECK_FALSE(off(400'000, drums({100'000, 0})));  // one that nobody knows
    CHECK_FALSE(off(400'000, {}));
    auto booked_only = drums({0});
    booked_only[0].held = Grams{100'000};
    CHECK(off(101'000, booked_only));
}

TEST_CASE("a line says as many containers as are named, but for tanks and heaps") {
    auto m = loaded(100);
    m.lines[0].package = Package::drum;
    m.lines[0].container_count = 2;
    m.containers = {{"D1", 1, {}, {}, {}, {}}};
    CHECK(lines_miscounted(m) == std::vector<std::uint8_t>{1});
    m.containers.push_back({"D2", 1, {}, {}, {}, {}});
    CHECK(lines_miscounted(m).empty());
    m.containers.clear();
    CHECK(lines_miscounted(m).size() == 1);
    m.lines[0].package = Package::tank;
    CHECK(lines_miscounted(m).empty());
}

Manifest treated(std::initializer_list<std::int64_t> reports) {
    auto m = decided(300, 300);
    for (const auto grams : reports) {
        Treatment done;
        done.line_no = 1;
        done.at = noon + 48h;
        done.weight = Grams{grams};
        m.treatments.push_back(done);
    }
    return m;
}

TEST_CASE("a treatment takes what its line's drums still hold, one after the other") {
    const auto carried = drums({100, 100, 100});
    const std::vector<AtReceiver> there{{Grams{60}, {}}, {}, {Grams{100}, {}}};
    const auto posted = [&](const Manifest& m) {
        return told(treatment_postings(m, m.treatments.back(), carried, there));
    };
    CHECK(posted(treated({90})) == Lines{"drum-1 TREATED plant>- 60", "drum-3 TREATED plant>- 30"});
    CHECK(posted(treated({500})).back() == "drum-3 TREATED plant>- 100");
    auto other = treated({90});
    other.treatments.back().line_no = 2;
    CHECK(posted(other).empty());
}

TEST_CASE("a drum that a clerk entered as treated is not treated again by the manifest's report") {
    const auto carried = drums({100, 100, 100});
    // The second was burnt by an entry of its own; the report of 100 is about it.
    std::vector<AtReceiver> there{{Grams{100}, {}}, {{}, Grams{100}}, {Grams{100}, {}}};
    const auto posted = [&](const Manifest& m) {
        return told(treatment_postings(m, m.treatments.back(), carried, there));
    };
    CHECK(posted(treated({100})).empty());
    CHECK(posted(treated({100, 150})) ==
          Lines{"drum-1 TREATED plant>- 100", "drum-3 TREATED plant>- 50"});
}

}  // namespace
