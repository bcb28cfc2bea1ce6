#include "manifest/custody/scans.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::manifest;
using namespace liuhen::manifest::custody;
using namespace std::chrono_literals;

const Instant morning = *parse_iso("2026-03-01T00:00:00Z");
const std::string uscc = "91331100MA2E0AAA0L";
std::string tag(const char* waste, const char* serial) {
    return uscc + waste + "20260228" + serial;
}

/// Three drums of plating bath and one of oil, loaded and not yet decided on.
Manifest four_drums() {
    Manifest m;
    m.lines.resize(2);
    m.lines[0].line_no = 1;
    m.lines[0].code = "336-054-17";
    m.lines[1].line_no = 2;
    m.lines[1].code = "900-249-08";
    m.containers = {{"D1", 1, tag("33605417", "00000001"), {}, {}, {}},
                    {"D2", 1, tag("33605417", "00000002"), {}, {}, {}},
                    {"D3", 1, {}, {}, {}, {}},
                    {"OIL", 2, tag("90024908", "00000001"), {}, {}, {}}};
    m.legs.resize(1);
    m.legs[0].leg_no = 1;
    m.legs[0].loaded_at = morning + 1h;
    return m;
}

std::vector<TagPattern> usual() { return {*parse_pattern(usual_pattern)}; }

std::vector<Scan> scans(ScanPurpose purpose, std::initializer_list<std::string> tags) {
    std::vector<Scan> all;
    for (const auto& one : tags)
        all.push_back({one, purpose, 1, morning + std::chrono::minutes{all.size()}});
    return all;
}

std::vector<std::string> said(const Manifest& manifest, const std::vector<Scan>& all) {
    std::vector<std::string> words;
    for (const auto& stage : judge_scans(manifest, all, usual())) {
        for (const auto& one : stage.differences)
            words.push_back(std::string{code(one.kind)} + ' ' + one.container +
                            (one.instead_of.empty() ? "" : " for " + one.instead_of));
        for (const auto& one : stage.outstanding) words.push_back("outstanding " + one);
    }
    return words;
}
using Words = std::vector<std::string>;

TEST_CASE("every drum scanned once at loading, by tag or by code, is no difference") {
    const auto all = scans(ScanPurpose::load, {tag("33605417", "00000001"), "D2", "D3", "OIL"});
    const auto judged = judge_scans(four_drums(), all, usual());
    REQUIRE(judged.size() == 1);
    CHECK(judged[0].over);
    CHECK(judged[0].expected == 4);
    CHECK(judged[0].seen == 4);
    CHECK(judged[0].differences.empty());
}

TEST_CASE("a drum not scanned is missing once the stage is over, and outstanding before") {
    auto loading = four_drums();
    const auto all = scans(ScanPurpose::load, {"D1", "D2", "OIL"});
    CHECK(said(loading, all) == Words{"MISSING D3"});
    loading.legs[0].loaded_at.reset();
    CHECK(said(loading, all) == Words{"outstanding D3"});
}

TEST_CASE("a drum that the manifest does not name is foreign") {
    CHECK(said(four_drums(), scans(ScanPurpose::load, {"D1", "D2", "D3", "OIL", "X9"})) ==
          Words{"FOREIGN X9"});
}

TEST_CASE("a foreign drum of the waste that is missing was swapped for it") {
    const auto other = tag("33605417", "00000077");
    CHECK(said(four_drums(), scans(ScanPurpose::load, {"D1", "D3", "OIL", other})) ==
          Words{"SWAPPED " + other + " for D2"});
    const auto oil = tag("90024908", "00000077");
    CHECK(said(four_drums(), scans(ScanPurpose::load, {"D1", "D3", "OIL", oil})) ==
          Words{"MISSING D2", "FOREIGN " + oil});
}

TEST_CASE("two phones within two minutes are one scan, ten minutes later it is a second drum") {
    auto all = scans(ScanPurpose::load, {"D1", "D2", "D3", "OIL"});
    all.push_back({"D2", ScanPurpose::load, 1, all[1].at + 1s});
    CHECK(said(four_drums(), all).empty());
    // The same drum by its tag, too.
    all.push_back({tag("33605417", "00000002"), ScanPurpose::load, 1, all[1].at + 10min});
    CHECK(said(four_drums(), all) == Words{"DOUBLED D2"});
}

TEST_CASE("scans that follow each other closely do not add up to one long one") {
    auto all = scans(ScanPurpose::load, {"D1", "D2", "D3", "OIL"});
    for (int k = 1; k <= 4; ++k) all.push_back({"D1", ScanPurpose::load, 1, all[0].at + k * 50s});
    CHECK(said(four_drums(), all) == Words{"DOUBLED D1"});
}

TEST_CASE("a label with another waste's code than its line's is mislabelled") {
    auto m = four_drums();
    m.containers[2].tag_id = tag("90024908", "00000003");
    CHECK(said(m, scans(ScanPurpose::load, {"D1", "D2", m.containers[2].tag_id, "OIL"})) ==
          Words{"MISLABELLED D3"});
}

TEST_CASE("what was put aside again does not stand, until it is scanned once more") {
    auto all = scans(ScanPurpose::load, {"D1", "D2", "D3", "OIL", "X9"});
    all.push_back({"X9", ScanPurpose::load, 1, all[4].at + 1min, true});
    CHECK(said(four_drums(), all).empty());
    all.push_back({"D3", ScanPurpose::load, 1, all[2].at + 5min, true});
    CHECK(said(four_drums(), all) == Words{"MISSING D3"});
    all.push_back({"D3", ScanPurpose::load, 1, all[2].at + 9min});
    CHECK(said(four_drums(), all).empty());
}

TEST_CASE("each handover is a stage of its own, over when the next carrier has taken over") {
    auto m = four_drums();
    m.legs.push_back(m.legs[0]);
    std::vector<Scan> all = scans(ScanPurpose::handover, {"D1", "D2", "D3"});
    for (auto& one : all) one.leg_no = 2;
    CHECK(said(m, all) == Words{"outstanding OIL"});
    m.legs[1].assigned_at = morning + 2h;
    CHECK(said(m, all) == Words{"MISSING OIL"});
}

TEST_CASE("a handover is known by its time, whatever legs are put in on the way") {
    const auto leg = [](const Manifest& m, std::chrono::minutes at) {
        return int{stage_leg(m, ScanPurpose::handover, morning + at)};
    };
    auto m = four_drums();
    CHECK(leg(m, 60min) == 0);  // no further leg is known
    m.legs.resize(3);
    CHECK(leg(m, 60min) == 2);
    m.legs[1].assigned_at = morning + 2h;
    CHECK(leg(m, 110min) == 2);
    CHECK(leg(m, 150min) == 2);  // the second crew counts after it has signed
    CHECK(leg(m, 151min) == 3);
    // A spare truck took over between them: its handover is the third, the filed one the fourth.
    m.legs.insert(m.legs.begin() + 2, m.legs[1]);
    m.legs[2].assigned_at = morning + 3h;
    CHECK(leg(m, 110min) == 2);
    CHECK(leg(m, 180min) == 3);
    CHECK(leg(m, 240min) == 4);
    m.legs.back().returning = true;  // nobody takes over what goes back
    CHECK(leg(m, 240min) == 3);
    CHECK(stage_leg(m, ScanPurpose::check, morning + 100min) == 1);
    CHECK(stage_leg(m, ScanPurpose::check, morning + 130min) == 2);
    CHECK(stage_leg(m, ScanPurpose::load, morning + 9h) == 1);
    CHECK(stage_leg(m, ScanPurpose::arrive, morning + 9h) == 1);
}

TEST_CASE("drums read at one handover are not missing at the next, nor doubled by it") {
    auto m = four_drums();
    m.legs.resize(3);
    m.legs[1].assigned_at = morning + 2h;
    m.legs[2].assigned_at = morning + 6h;
    auto all = scans(ScanPurpose::handover, {"D1", "D2", "D3", "OIL"});
    for (auto& one : all) one.at += 110min;
    auto second = scans(ScanPurpose::handover, {"D1", "D2", "OIL"});
    for (auto& one : second) one.at += 6h;
    all.insert(all.end(), second.begin(), second.end());
    const auto judged = judge_scans(m, all, usual());
    REQUIRE(judged.size() == 2);
    CHECK(judged[0].differences.empty());
    CHECK(judged[1].leg_no == 3);
    CHECK(said(m, all) == Words{"MISSING D3"});
}

TEST_CASE("at a check nothing is missing or doubled, but the foreign is seen") {
    auto all = scans(ScanPurpose::check, {"D1", "X9"});
    all.push_back({"D1", ScanPurpose::check, 1, all[0].at + 1h});
    CHECK(said(four_drums(), all) == Words{"FOREIGN X9"});
}

std::vector<std::string> guard(const Manifest& m, const std::vector<Scan>& all, ScanPurpose purpose,
                               bool tracked) {
    std::vector<std::string> found;
    const auto judged = judge_scans(m, all, usual());
    for (const auto& one : scans_complete(m, judged, purpose, tracked).findings)
        found.push_back(one.code + ' ' + one.pointer);
    return found;
}

TEST_CASE("the guards name each container at fault by its place on the manifest") {
    const auto arriving = four_drums();  // not decided: the stage is open
    CHECK(guard(arriving, scans(ScanPurpose::arrive, {"D1", "X9", "OIL"}), ScanPurpose::arrive,
                false) == Words{"CONTAINER_FOREIGN /containers", "CONTAINER_MISSING /containers/1",
                                "CONTAINER_MISSING /containers/2"});
    auto twice = scans(ScanPurpose::arrive, {"D1", "D2", "D3", "OIL"});
    CHECK(guard(arriving, twice, ScanPurpose::arrive, true).empty());
    twice.push_back({"OIL", ScanPurpose::arrive, 1, twice[3].at + 1h});
    CHECK(guard(arriving, twice, ScanPurpose::arrive, true) ==
          Words{"CONTAINER_DUPLICATE /containers/3"});
}

TEST_CASE("scans are asked for where somebody scanned or a container is registered") {
    const auto m = four_drums();
    using Outcome = Check::Outcome;
    CHECK(scans_complete(m, {}, ScanPurpose::load, false).outcome == Outcome::not_required);
    CHECK(scans_complete(m, {}, ScanPurpose::load, true).findings.size() == 4);
    // What was scanned at the gate says nothing of the loading.
    const auto judged = judge_scans(m, scans(ScanPurpose::arrive, {"D1"}), usual());
    CHECK(scans_complete(m, judged, ScanPurpose::load, false).outcome == Outcome::not_required);
}

}  // namespace
