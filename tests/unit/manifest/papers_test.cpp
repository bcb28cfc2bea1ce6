#include "manifest/papers.hpp"

#include "tests/unit/manifest/journey.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono;

namespace {

const sys_days today = civil_day(eight);
const Validity this_year{today - days{100}, today + days{100}};
const Validity last_year{today - days{400}, today - days{1}};

CarrierPapers good_papers() {
    return {.permits = {{{"9", "3"}, this_year}},
            .registers_vehicles = true,
            .vehicle = {{Grams{15'000'000}, this_year}},
            .crew = {{false, "Zhang San", "C1", this_year}, {true, "Li Si", "C2", this_year}}};
}

template <class Spoil>
PapersOpinion judged(Spoil spoil) {
    auto manifest = before(accept_carriage_call);
    auto papers = good_papers();
    auto acceptance = good_acceptance();
    spoil(manifest, acceptance, papers);
    return judge_papers(manifest, acceptance, papers, eight);
}
std::vector<std::string> said(const PapersOpinion& opinion) {
    std::vector<std::string> all;
    for (const auto* check : {&opinion.vehicle_permit, &opinion.crew}) {
        for (const auto& one : check->findings) all.push_back(one.code + " " + one.pointer);
    }
    for (const auto& one : opinion.warnings) all.push_back("beside " + one.code);
    return all;
}

}  // namespace

TEST_CASE("papers that are in order are not spoken of") {
    CHECK(said(judged([](auto&, auto&, auto&) {})).empty());
}

TEST_CASE("papers are judged on the day of the planned departure, the last day included") {
    const auto until = [](int days_after_departure) {
        return said(judged([&](auto& manifest, auto&, auto& papers) {
            const auto day = civil_day(*manifest.planned_depart_at);
            papers.permits[0].valid.to = day + days{days_after_departure};
        }));
    };
    CHECK(until(0).empty());
    CHECK(until(-1) == Codes{"PERMIT_EXPIRED "});
}

TEST_CASE("a permit covers the classes it names and their divisions") {
    const auto of_class = [](const std::string& dg_class, std::vector<std::string> scope) {
        return said(judged([&](auto& manifest, auto&, auto& papers) {
            manifest.lines[0].dg_class = dg_class;
            papers.permits[0].dg_classes = std::move(scope);
        }));
    };
    CHECK(of_class("6.1", {"6"}).empty());
    CHECK(of_class("6.1", {"6.1"}).empty());
    CHECK(of_class("6.1", {"6.2", "9"}) == Codes{"PERMIT_SCOPE "});
    CHECK(of_class("6", {"6.1"}) == Codes{"PERMIT_SCOPE "});
}

TEST_CASE("waste that is exempt needs neither a dangerous-goods permit nor an escort") {
    CHECK(said(judged([](auto& manifest, auto& acceptance, auto& papers) {
              manifest.lines[0].exempt_rule = "HW49";
              manifest.lines[0].exempt_condition = true;
              acceptance.escort = {};
              papers.permits.clear();
          })).empty());
}

TEST_CASE("a vehicle without a valid permit is refused once the carrier registers permits") {
    CHECK(said(judged([](auto&, auto&, auto& papers) { papers.vehicle[0].valid = last_year; })) ==
          Codes{"PERMIT_EXPIRED /vehicle"});
    CHECK(said(judged([](auto&, auto&, auto& papers) { papers.vehicle.clear(); })) ==
          Codes{"PERMIT_EXPIRED /vehicle"});
}

TEST_CASE("drivers and escorts need a certificate of their own kind, by number or name") {
    CHECK(said(judged([](auto&, auto&, auto& papers) { papers.crew[0].valid = last_year; })) ==
          Codes{"CERT_EXPIRED /driver"});
    CHECK(said(judged([](auto&, auto& acceptance, auto&) {
              acceptance.escort.certificate_no = "C1";
          })) == Codes{"CERT_EXPIRED /escort"});
    CHECK(said(judged([](auto&, auto& acceptance, auto&) {
              acceptance.driver.certificate_no.clear();
          })).empty());
    CHECK(said(judged([](auto&, auto& acceptance, auto&) { acceptance.escort = {}; })) ==
          Codes{"NO_ESCORT /escort"});
}

TEST_CASE("a register that is empty for the carrier warns and refuses nothing") {
    CHECK(said(judged([](auto&, auto& acceptance, auto& papers) {
              papers = {};
              acceptance.escort = {};
          })) == Codes{"beside TRANSPORT_PERMIT_UNREGISTERED", "beside VEHICLE_PERMIT_UNREGISTERED",
                       "beside CREW_UNREGISTERED", "beside NO_ESCORT"});
}

TEST_CASE("a load is held against the least rated load of the day's permits") {
    const auto load = good_loading();  // 10 t net
    CHECK(judge_load(load, {{Grams{10'000'000}, this_year}}, eight).rated_load.findings.empty());
    const auto over = judge_load(load, {{Grams{9'999'999}, this_year}}, eight);
    REQUIRE(over.rated_load.findings.size() == 1);
    CHECK(over.rated_load.findings[0].code == "OVERLOAD");
    const auto unknown = judge_load(load, {{Grams{1}, last_year}}, eight);
    REQUIRE(unknown.warnings.size() == 1);
    CHECK(unknown.warnings[0].code == "RATED_LOAD_UNKNOWN");
    CHECK(judge_load(Loading{}, {}, eight).warnings.empty());  // the driver's signature
}

TEST_CASE("a scale gives its floor, and is unknown only beside registered ones") {
    const std::vector<Scale> scales{{"S1", Grams{1'000}, today - days{1}},
                                    {"S2", Grams{20'000}, today}};
    CHECK(judge_scale("S2", scales, eight).floor_g == Grams{20'000});
    CHECK(judge_scale("S2", scales, eight).warnings.empty());
    CHECK(judge_scale("S1", scales, eight).warnings.at(0).code == "SCALE_CALIBRATION");
    CHECK(judge_scale("S3", scales, eight).scale.findings.at(0).code == "SCALE_UNKNOWN");
    CHECK(judge_scale("S1", {{"S1", Grams{1'000}, today, false}}, eight).scale.findings.size() ==
          1);
    CHECK(judge_scale("S3", {}, eight).warnings.at(0).code == "SCALE_UNREGISTERED");
    CHECK(judge_scale("S3", {}, eight).scale.outcome == Check::Outcome::satisfied);
}
