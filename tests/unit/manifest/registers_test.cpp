// What registers outside the manifest say beside success.
#include "tests/unit/manifest/journey.hpp"

using namespace liuhen;
using namespace liuhen::test;

TEST_CASE("what a register says beside success is a warning of the answer") {
    const auto decision = answer(submit_call, [](Step& step) {
        step.facts.remarks = {{"WASTE_LIST_MISSING", "/lines", ""}};
    });
    REQUIRE(decision);
    CHECK(std::ranges::any_of(decision->warnings, [](const Warning& one) {
        return one.code == "WASTE_LIST_MISSING" && one.pointer == "/lines";
    }));
}

TEST_CASE("a credit code that fails its check passes only by an authority's leave") {
    const std::string wrong = "91331125XTRACK001T";
    Step step = journey()[submit_call];
    Manifest draft = before(submit_call);
    draft.producer.uscc = wrong;
    CHECK(codes(decide(draft, step.request, step.facts)) == Codes{"USCC_INVALID"});
    step.facts.excepted_usccs = {wrong};
    CHECK(decide(draft, step.request, step.facts));
}
