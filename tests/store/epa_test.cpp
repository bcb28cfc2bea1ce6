// Documents of the US e-Manifest, mapped as docs/epa.md says, filed over a real socket on a real
// database and run to their end.
#include "tests/support/epa.hpp"

#include "manifest/weights.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace {

using namespace liuhen;
using liuhen::test::faults_of;
using liuhen::test::shared_file;
using liuhen::test::Trade;
using nlohmann::json;
using namespace std::chrono_literals;
namespace epa = liuhen::test::epa;

/// A document of the shared folder; null, and the case skipped, when this machine has none.
json document(const char* name) {
    const auto path = shared_file(std::string{"data/epa_examples/"} + name + ".json");
    if (!path) {
        liuhen::test::skip("no EPA documents beside the repository");
        return nullptr;
    }
    std::ifstream file{*path};
    return json::parse(file);
}

/// The valley with whatever the documents' wastes need: plan and licences for their codes.
class Abroad : public Trade {
public:
    Abroad() {
        const int year = liuhen::test::year_in_china(house.now() + 1h);
        auto scope = json::array();
        for (const auto& [code, method] : std::map<std::string, std::string>{{"900-249-08", "R2"},
                                                                             {"900-011-10", "D10"},
                                                                             {"900-023-29", "D15"},
                                                                             {"900-003-04", "D9"},
                                                                             {"900-404-06", "R2"}})
            scope.push_back({{"code", code}, {"method", method}, {"yearly_kg", 100'000}});
        auto rows = json::array();
        int number = 3;
        for (const char* receiver : {"receiver", "receiver2"}) {
            liuhen::test::enter_licence(as("operator"), party[receiver],
                                        "331100000" + std::to_string(number++), year, scope);
            for (const auto& row : scope) {
                rows.push_back(row);
                rows.back()["receiver"] = party[receiver];
            }
        }
        const auto plan = as("producer").get("/v1/plans").json().at("items").at(0);
        for (const auto& row : plan.at("rows"))
            rows.push_back({{"code", row.at("code")},
                            {"method", row.at("method")},
                            {"receiver", row.at("receiver")},
                            {"yearly_g", row.at("limit_g")}});
        const auto path = "/v1/plans/" + plan.at("id").get<std::string>() + "/amend";
        liuhen::test::expect(
            as("producer").post(path, {{"rows", rows}}, liuhen::test::naming(plan)), 200);
    }
    epa::Stand stand() const {
        return {{{"VATEST000004", party.at("producer")},
                 {"VATEST000001", party.at("carrier")},
                 {"VATEST000002", party.at("carrier2")},
                 {"CAR000189282", party.at("carrier")},
                 {"CAD982000564", party.at("carrier2")},
                 {"VAD000532119", party.at("receiver")},
                 {"VATEST000003", party.at("receiver2")}},
                site.at("producer"),
                site.at("receiver"),
                house.now() + 1h,
                house.now() + 5h};
    }
    json refused_filing(const json& filing) const {
        const auto reply = as("producer").post("/v1/manifests", filing);
        INFO(reply.body);
        REQUIRE(reply.status == 422);
        return reply.json();
    }
    json read(const std::string& which) const {
        return as("producer").get("/v1/manifests/" + which).json();
    }
    /// The load weighed to what the document says, signed by both, and gone.
    json sent(const json& filed, const std::string& carrier, const std::string& driver,
              const std::string& truck) {
        step(carrier, "carrier_accept", seat(truck));
        step("producer", "load_sign",
             {{"gross_g", empty_g + planned(filed)},
              {"tare_g", empty_g},
              {"manual_reason", "weighed at the works' own scale"}});
        step(driver, "load_sign", {{"seal_nos", {"S-" + std::to_string(++seals_)}}});
        return step(driver, "depart");
    }
    /// A truck with its crew and a waybill of its own.
    json seat(const std::string& truck) {
        auto body = vehicle_body(truck);
        body["waybill_no"] = "WB-EPA-" + truck.substr(truck.size() - 4);
        return body;
    }
    json received(const char* by, std::int64_t grams) {
        step(by, "arrive");
        return step(by, "weigh_in", {{"gross_g", empty_g + grams}, {"tare_g", empty_g}});
    }
    static std::int64_t planned(const json& manifest) {
        std::int64_t sum = 0;
        for (const auto& line : manifest.at("lines"))
            sum += line.at("planned_g").get<std::int64_t>();
        return sum;
    }
    static constexpr std::int64_t empty_g = 12'000'000;

private:
    int seals_ = 0;
};

/// One weight of every line.
std::vector<std::int64_t> weights(const json& manifest, const char* name) {
    std::vector<std::int64_t> all;
    for (const auto& line : manifest.at("lines")) all.push_back(line.value(name, std::int64_t{-1}));
    return all;
}
using Weights = std::vector<std::int64_t>;

/// Pointers of ours for what a report of theirs finds wrong: the fields that it names, or, of an
/// object, those that it lists.
std::set<std::string> pointers_of(const json& report, std::string_view complaint) {
    std::set<std::string> pointers;
    for (const auto& error : report.at("errors")) {
        const std::string message = error.at("message");
        if (message.find(complaint) == std::string::npos) continue;
        const std::string field = error.at("field");
        const auto list = message.find('[');
        if (message.find("propert") == std::string::npos) {
            const auto name = field.substr(field.rfind('.') + 1);
            pointers.insert("/lines/0/" + (name == "quantity" ? "planned_g" : name));
            continue;
        }
        const auto end = message.find(']', list);
        for (const std::string name : json::parse(message.substr(list, end - list + 1)))
            pointers.insert("/lines/0/" + name);
    }
    return pointers;
}
std::set<std::string> pointers_of(const json& refusal) {
    std::set<std::string> pointers;
    for (const auto& error : refusal["errors"]) pointers.insert(error.at("pointer"));
    return pointers;
}

}  // namespace

TEST_CASE("units of the United States become whole grams, rounded once") {
    CHECK(epa::grams_of(432, "K") == Grams{432'000});
    CHECK(epa::grams_of(3, "M") == Grams{3'000'000});
    CHECK(epa::grams_of(1, "P") == Grams{454});
    CHECK(epa::grams_of(3, "P") == Grams{1'361});
    CHECK(epa::grams_of(1'000, "P") == Grams{453'592});
    CHECK(epa::grams_of(1, "T") == Grams{907'185});
    CHECK(epa::grams_of(480, "G") == Grams{1'816'998});
    CHECK(epa::grams_of(480, "G", 850) == Grams{1'544'448});
    CHECK(epa::grams_of(1, "Y") == Grams{764'555});
    CHECK(epa::grams_of(2, "N") == Grams{2'000'000});
    CHECK(epa::litres_of(480, "G") == 1'817);
    CHECK(epa::litres_of(432, "K") == 0);
    CHECK_THROWS(epa::grams_of(1, "X"));
}

TEST_CASE("an electronic manifest of three carriers and two wastes runs to its end") {
    const json theirs = document("save_full_electronic");
    if (theirs.is_null()) return;
    Abroad place;
    place.file(epa::filing_of(theirs, place.stand()));
    const auto filed = place.read(place.id);
    CHECK(filed.at("state") == "SUBMITTED");
    CHECK(filed.at("legs").size() == theirs.at("transporters").size());
    CHECK(filed.at("lines")[0].at("waste_name") == "Diesel fuel");
    CHECK(filed.at("lines")[0].at("packing_group") == "III");
    CHECK(filed.at("lines")[0].at("volume_l") == 1'817);
    CHECK(filed.at("lines")[1].at("category") == "HW10");
    CHECK(weights(filed, "planned_g") == Weights{1'816'998, 432'000});

    place.sent(filed, "carrier", "driver", place.vehicle);
    for (const auto& [from, to, truck] : {std::tuple{"driver", "driver2", place.other_truck},
                                          std::tuple{"driver2", "driver", place.spare}}) {
        CHECK(place.step(from, "handover_out",
                         {{"reason", "their trucks report no place"}})["state"] ==
              "HANDOVER_PENDING");
        auto body = place.seat(truck);
        for (const char* checked : {"producer_checked", "carrier_checked", "waste_checked"})
            body[checked] = true;
        CHECK(place.step(to, "handover_in", body)["state"] == "IN_TRANSIT");
    }
    place.received("receiver", Abroad::planned(filed));
    CHECK(place.step("receiver", "accept")["state"] == "ACCEPTED");
    const auto done = place.step("producer", "close");
    CHECK(done.at("state") == "COMPLETED");
    CHECK(weights(done, "sent_g") == Weights{1'816'998, 432'000});
    CHECK(weights(done, "received_g") == weights(done, "sent_g"));
    CHECK(weights(done, "accepted_g") == weights(done, "sent_g"));
    CHECK(done.at("overlays").contains("difference") == theirs.at("discrepancy").get<bool>());
    CHECK(done.at("lines")[0].at("method_done") == "R2");
    CHECK(done.at("lines")[1].at("method_done") == "D10");
    CHECK_FALSE(done.contains("children"));
}

TEST_CASE("a full rejection goes on to the other facility as a child, or back") {
    json theirs = document("save_full_reject");
    if (theirs.is_null()) return;
    Abroad place;
    place.file(epa::filing_of(theirs, place.stand()));
    const auto filed = place.read(place.id);
    CHECK(weights(filed, "planned_g") == Weights{128'704});
    place.sent(filed, "carrier2", "driver2", place.other_truck);
    place.received("receiver", 128'704);
    const auto refused = place.step("receiver", "reject", epa::rejection_of(theirs));
    CHECK(refused.at("state") == "REJECTED");
    CHECK(refused.at("rejection").at("text") == theirs.at("rejectionInfo").at("rejectionComments"));
    CHECK(refused.at("kept") == "RELOCKED");
    CHECK(weights(refused, "refused_g") == Weights{128'704});
    CHECK(weights(refused, "accepted_g") == Weights{0});

    SECTION("to the facility named instead") {
        const auto& info = theirs.at("rejectionInfo");
        const std::string instead = info.at("alternateDesignatedFacility").at("epaSiteId");
        const auto parent = place.step("producer", epa::onward_event(theirs),
                                       {{"receiver", place.stand().parties.at(instead)},
                                        {"destination_site", place.site["receiver2"]},
                                        {"route", place.route},
                                        {"planned_arrive_at", to_iso(place.house.now() + 3h)}});
        CHECK(parent.at("state") == "REDIRECTED");
        REQUIRE(parent.at("children").size() == 1);
        CHECK(parent.at("children")[0].at("relation") == "REDIRECT");
        place.id = parent.at("children")[0].at("id");
        place.step("driver2", "depart");
        place.received("receiver2", 128'704);
        place.step("receiver2", "accept");
        const auto child = place.step("producer", "close");
        CHECK(child.at("state") == "COMPLETED");
        CHECK(child.at("parent").at("no") == parent.at("no"));
        CHECK(weights(child, "accepted_g") == Weights{128'704});
    }
    SECTION("to the generator, as their other kind of rejection has it") {
        theirs.at("rejectionInfo").at("alternateDesignatedFacilityType") = "Generator";
        CHECK(place.step("carrier2", epa::onward_event(theirs),
                         {{"route", place.route}})["state"] == "RETURNING");
        const auto home =
            place.step("producer", "confirm_return",
                       {{"gross_g", Abroad::empty_g + 128'704}, {"tare_g", Abroad::empty_g}});
        CHECK(home["state"] == "RETURNED");
        CHECK_FALSE(home["overlays"].contains("difference"));
        CHECK_FALSE(home.contains("children"));
    }
}

TEST_CASE("a partial rejection is settled by the new manifests that it names") {
    const json theirs = document("save_partial_reject");
    if (theirs.is_null()) return;
    Abroad place;
    const auto form = epa::filing_of(theirs, place.stand());
    place.file(form);
    const auto filed = place.read(place.id);
    CHECK(filed.at("lines")[0].at("form") == "G");
    CHECK(weights(filed, "planned_g") == Weights{83'279});
    place.sent(filed, "carrier2", "driver2", place.other_truck);
    place.received("receiver", 83'279);

    // How much was refused stands in their new manifests only: here eight of the twenty bags.
    const std::vector<Grams> bags{{12}, {8}};
    const auto shares = manifest::share_out({83'279}, bags);
    const auto part = place.step("receiver", "accept_part",
                                 {{"reason", theirs.at("rejectionInfo").at("rejectionComments")},
                                  {"lines", {{{"line_no", 1}, {"refused_g", shares[1].value}}}}});
    CHECK(part.at("state") == "PARTIALLY_ACCEPTED");
    CHECK(weights(part, "accepted_g") == Weights{49'967});
    CHECK(weights(part, "refused_g") == Weights{33'312});

    const auto parent = place.id;
    auto numbers = json::array();
    const auto& theirs_new = theirs.at("rejectionInfo").at("newManifestTrackingNumbers");
    for (const std::string number : theirs_new) {
        json back = form;
        back.update({{"receiver", place.party["producer"]},
                     {"origin_site", place.site["receiver"]},
                     {"destination_site", place.site["producer"]},
                     {"provincial_no", number},
                     {"parent_no", part.at("no")},
                     {"relation", "RETURN"}});
        back["lines"][0]["planned_g"] = 33'312 / theirs_new.size();
        back["lines"][0]["container_count"] = 4;
        place.file(back);
        numbers.push_back(place.read(place.id)["no"]);
    }
    place.id = parent;
    const auto done = place.step("producer", "settle_remainder", {{"children", numbers}});
    CHECK(done.at("state") == "COMPLETED");
    REQUIRE(done.at("children").size() == theirs_new.size());
    CHECK_FALSE(done.at("overlays").contains("difference"));
    for (std::size_t i = 0; i < theirs_new.size(); ++i) {
        CHECK(done.at("children")[i].at("relation") == "RETURN");
        const auto child = place.read(done.at("children")[i].at("id"));
        CHECK(child.at("provincial_no") == theirs_new[i]);
        CHECK(child.at("parent").at("no") == part.at("no"));
        CHECK(weights(child, "planned_g") == Weights{16'656});
    }
    // One after the other goes home on the truck, and their producer takes them in as receiver.
    for (const auto& link : done.at("children")) {
        place.id = link.at("id");
        place.sent(place.read(place.id), "carrier2", "driver2", place.other_truck);
        place.received("producer", 16'656);
        place.step("producer", "accept");
        const auto home = place.step("producer", "close");
        CHECK(home.at("state") == "COMPLETED");
        CHECK(weights(home, "accepted_g") == Weights{16'656});
        CHECK_FALSE(home.at("overlays").contains("difference"));
    }
    CHECK(place.count("SELECT count(*) FROM trips WHERE ended_at IS NULL") == 0);
}

TEST_CASE("what their schema refuses of a document is refused here, field by field") {
    const json theirs = document("save_invalid");
    const json report = document("return_failure");
    if (theirs.is_null() || report.is_null()) return;
    Abroad place;
    auto form = epa::filing_of(theirs, place.stand());
    const auto wrong = pointers_of(place.refused_filing(form));
    auto expected = pointers_of(report, "not allowed");
    expected.merge(pointers_of(report, "does not match"));
    CHECK(expected.size() == 10);
    CHECK(wrong == expected);

    // What they miss may be missing from a draft; submit wants it.
    for (const auto& pointer : wrong) form["lines"][0].erase(pointer.substr(9));
    form["lines"][0]["planned_g"] = 1'670;
    place.id = Trade::made(place.as("producer"), "manifests", form);
    const auto reply = place.act("producer", place.id, "submit");
    REQUIRE(reply.status == 422);
    CHECK(pointers_of(report, "missing required") ==
          std::set<std::string>{"/lines/0/dotHazardous", "/lines/0/epaWaste", "/lines/0/pcb"});
    const auto missing = pointers_of(reply.json());
    for (const char* decided : {"un_no", "dg_class", "code", "hazards"})
        CHECK(missing.contains(std::string{"/lines/0/"} + decided));
}

TEST_CASE("warnings stand beside what was saved, and the register's data replace the sender's") {
    json theirs = document("save_full_electronic");
    const json report = document("return_success_warnings");
    if (theirs.is_null() || report.is_null()) return;
    CHECK(report.at("operationStatus") == "Saved");
    Abroad place;
    const auto saved = liuhen::test::submitted(place, epa::filing_of(theirs, place.stand()));
    CHECK(saved.at("state") == "SUBMITTED");
    REQUIRE_FALSE(saved.at("warnings").empty());
    for (const auto& one : saved.at("warnings"))
        for (const char* part : {"code", "message", "message_zh", "pointer"})
            CHECK(one.contains(part));
    // Their report warns that the name given for the third carrier is not used: no more is ours.
    REQUIRE(theirs.at("transporters")[2].contains("name"));
    CHECK(saved.at("legs")[2].at("carrier").at("name") == "Fuchun Haulage");
}

TEST_CASE("of two numbers to be signed the known one is signed and the other is not there") {
    const json report = document("quicker_sign_return_partial");
    const json theirs = document("save_full_reject");
    if (report.is_null() || theirs.is_null()) return;
    Abroad place;
    place.file(epa::filing_of(theirs, place.stand()));
    const auto filed = place.read(place.id);
    place.step("carrier2", "carrier_accept", place.seat(place.other_truck));
    place.step("producer", "load_sign",
               {{"gross_g", Abroad::empty_g + 128'704},
                {"tare_g", Abroad::empty_g},
                {"manual_reason", "weighed at the works' own scale"}});
    REQUIRE(report.at("manifestReports").size() == 2);
    for (const auto& one : report.at("manifestReports")) {
        const bool known = one.contains("manifestSigned");
        const auto reply =
            place.act("driver2", known ? place.id : "00000000-0000-7000-8000-000000000000",
                      "load_sign", {{"seal_nos", {"S-1"}}});
        CHECK(reply.status == (known ? 200 : 404));
    }
    const auto signature = place.read(place.id)["signatures"].back();
    CHECK(report.at("siteReport").at("siteType") == "Transporter");
    CHECK(signature["role"] == "driver");
    CHECK(signature["party"] == place.party["carrier2"]);
    CHECK(signature.contains("user"));
    CHECK(signature.contains("at"));
}
