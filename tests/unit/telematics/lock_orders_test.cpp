#include "telematics/jtt808/lock_orders.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using Verb = LockCommand::Verb;

namespace {

constexpr std::string_view own = "8000620012";

Result<LockOrder, Untold> order_for(const char* profile, const Command& command) {
    return lock_order(command, *find_profile(profile), own);
}
// The body of 0x0310, the words of a text, or why there are neither.
std::string said(const char* profile, const Command& command) {
    const auto order = order_for(profile, command);
    if (!order) return std::string{code(order.error())};
    if (const auto* message = std::get_if<Message>(&*order)) {
        return to_hex(Writer{}.u16(id_of(*message)).view()) + " " +
               to_hex(encode(*message, Edition::v2013));
    }
    std::string words;
    for (const std::byte b : std::get<elock::Spoken>(*order).bytes)
        words.push_back(static_cast<char>(b));
    return words;
}
LockCommand with(Verb verb, std::string user = "") {
    return {.verb = verb, .user = std::move(user)};
}

}  // namespace

TEST_CASE("an HHD lock is opened and sealed by setting 24 of 0x0310, in somebody's name") {
    // one setting, 24, six bytes: 00 unseal or 01 seal, then the user
    CHECK(said("lock-hhd", with(Verb::unseal, "wang1")) ==
          "0310 01240600"
          "77616e6731");
    CHECK(said("lock-hhd", with(Verb::seal, "wang1")) ==
          "0310 01240601"
          "77616e6731");
    CHECK(said("lock-hhd", with(Verb::seal)) ==
          "0310 01240901"
          "706c6174666f726d");
    CHECK(said("lock-hhd", with(Verb::unseal, "王")) ==
          "0310 01240300"
          "cdf5");
}

TEST_CASE("what an HHD lock cannot be told is refused before anything is sent") {
    CHECK(said("lock-hhd", with(Verb::unseal, std::string(33, 'x'))) == "too_long");
    CHECK(said("lock-hhd", with(Verb::query_password)) == "not_supported");
    CHECK(said("lock-hhd", with(Verb::refuse_passwords)) == "not_supported");
    CHECK(said("lock-hhd", LockSetting{"(P38,1,60)"}) == "not_supported");
    CHECK(said("lock-hhd", LocateNow{}) == "not_supported");
}

TEST_CASE("a JT709 hears the texts of its family between the frames") {
    CHECK(said("lock-jointech", LockCommand{.verb = Verb::unseal, .secret = "482913"}) ==
          "(P43,482913)");
    CHECK(said("lock-jointech", LockSetting{"(P38,1,60)"}) == "(P38,1,60)");
    CHECK(said("lock-jointech", with(Verb::seal)) == "not_supported");
}

TEST_CASE("a model without orders, and a lock that hangs on another, are told nothing") {
    CHECK(said("lock-huabao", with(Verb::unseal)) == "not_supported");
    CHECK(said("lock-text", with(Verb::unseal)) == "not_supported");
    CHECK(said("standard", with(Verb::unseal)) == "not_supported");
    CHECK(said("lock-hhd", LockCommand{.verb = Verb::unseal, .lock = "001234567890"}) ==
          "not_supported");
    CHECK(said("lock-hhd", LockCommand{.verb = Verb::seal, .lock = "008000620012"}) ==
          said("lock-hhd", with(Verb::seal)));
}

TEST_CASE("only an opening is an order that opens") {
    CHECK(opens(with(Verb::unseal)));
    CHECK_FALSE(opens(with(Verb::seal)));
    CHECK_FALSE(opens(LockSetting{"(P15)"}));
    CHECK_FALSE(opens(LocateNow{}));
}

TEST_CASE("item 67 of an HHD lock is the one-time password, of the lock itself, at its time") {
    const auto at = parse_iso("2026-11-22T00:32:00Z").value();
    const auto told_by = [at](const char* profile, std::string_view hex) {
        const Bytes items = from_hex(hex).value();
        return passwords_told(items, *find_profile(profile), std::string{own}, at);
    };
    const auto told = told_by("lock-hhd", "67083132333435363738");
    REQUIRE(told.size() == 1);
    CHECK(told[0].lock == LockId{std::string{own}});
    CHECK(told[0].password == "12345678");
    CHECK(told[0].told_at == at);
    CHECK(told_by("standard", "67083132333435363738").empty());
    CHECK(told_by("lock-jointech", "67083132333435363738").empty());
    for (const char* unusable : {"6708ffffffffffffffff", "67080000000000000000",
                                 "6708313233343536373a", "6708313233", "67"}) {
        CHECK(told_by("lock-hhd", unusable).empty());
    }
}
