#include "server/http/access.hpp"

#include "server/crypto.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <set>
#include <vector>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::server::http;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a digest is SHA-256 in hex") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("base64 for addresses has no padding and no plus or slash") {
    CHECK(base64url("") == "");
    CHECK(base64url("f") == "Zg");
    CHECK(base64url("fo") == "Zm8");
    CHECK(base64url("foobar") == "Zm9vYmFy");
    CHECK(base64url("\xfb\xff") == "-_8");
}

TEST_CASE("tokens differ, and only their form is looked up") {
    std::set<std::string> tokens;
    for (int i = 0; i < 100; ++i) tokens.insert(new_token());
    CHECK(tokens.size() == 100);
    for (const auto& token : tokens) CHECK(is_token_form(token));
    const std::string good = *tokens.begin();
    for (const auto& bad : {good + "A", good.substr(1), "LH_" + good.substr(3), std::string{},
                            good.substr(0, 45) + "+"}) {
        CHECK(!is_token_form(bad));
    }
}

TEST_CASE("names by time sort by time, and carry their version") {
    const Instant t = *parse_iso("2026-03-01T14:00:00Z");
    const auto early = uuid_v7(t);
    const auto late = uuid_v7(t + milliseconds{1});
    CHECK(early < late);
    CHECK(early[14] == '7');
    CHECK(uuid_v4()[14] == '4');
    CHECK(is_uuid(early));
    CHECK(!is_uuid(early.substr(1)));
    CHECK(!is_uuid(std::string(36, '-')));
}

TEST_CASE("a rate limit gives its burst, then one at a time") {
    RateLimit limit{3, 0.5};
    const Monotonic start{};
    for (int i = 0; i < 3; ++i) CHECK(limit.take("a", start) == seconds{0});
    CHECK(limit.take("a", start) == seconds{2});
    CHECK(limit.take("b", start) == seconds{0});
    CHECK(limit.take("a", start + seconds{2}) == seconds{0});
    CHECK(limit.take("a", start + seconds{2}) > seconds{0});
}

TEST_CASE("a rate limit says what is left and when it is full again") {
    RateLimit limit{4, 2};
    const Monotonic start{};
    CHECK(limit.quota() == 4);
    CHECK(limit.window() == seconds{2});
    CHECK(limit.standing("a", start).left == 4);
    for (int i = 0; i < 3; ++i) limit.take("a", start);
    CHECK(limit.standing("a", start).left == 1);
    CHECK(limit.standing("a", start).full_in == seconds{2});
    CHECK(limit.standing("a", start + seconds{1}).left == 3);
    CHECK(limit.standing("a", start + seconds{2}).full_in == seconds{0});
}

TEST_CASE("long answers are limited by token and in all, and free their place") {
    constexpr HeldPlaces::Limits limits{3, 7};
    HeldPlaces answers{limits};
    std::vector<std::unique_ptr<HeldPlaces::Place>> held;
    for (std::size_t i = 0; i < limits.of_token; ++i) held.push_back(answers.take("a"));
    CHECK(held.back());
    CHECK_FALSE(answers.take("a"));
    held.pop_back();
    CHECK(answers.take("a"));
    for (std::size_t i = 0; held.size() < limits.of_all; ++i)
        held.push_back(answers.take(std::to_string(i)));
    CHECK(held.back());
    CHECK_FALSE(answers.take("newcomer"));
    held.clear();
    CHECK(answers.take("newcomer"));
}

TEST_CASE("a rate limit remembers a bounded number of callers") {
    RateLimit limit{1, 0.001};
    const Monotonic start{};
    for (std::size_t i = 0; i < RateLimit::max_remembered + 500; ++i)
        limit.take(std::to_string(i), start);
    CHECK(limit.remembered() <= RateLimit::max_remembered);
}

TEST_CASE("a token is remembered for a second and forgotten when revoked") {
    TokenCache cache;
    const Monotonic start{};
    Caller caller;
    caller.role = manifest::Role::police;
    caller.token_id = "id";
    cache.keep("digest", caller, start);
    CHECK(cache.find("digest", start + milliseconds{999}).has_value());
    CHECK(!cache.find("digest", start + milliseconds{1001}).has_value());
    CHECK(!cache.find("other", start).has_value());
    cache.forget("id");
    CHECK(!cache.find("digest", start).has_value());
}

TEST_CASE("a bearer token is read in any case of its scheme") {
    const auto token = [](const std::string& value) {
        Request request;
        request.headers["authorization"] = value;
        return bearer_token(request);
    };
    CHECK(token("Bearer abc") == "abc");
    CHECK(token("bearer   abc") == "abc");
    CHECK(token("Basic abc").empty());
    CHECK(token("Bearer").empty());
    CHECK(bearer_token({}).empty());
}

TEST_CASE("what a limit would say is asked without taking of it") {
    RateLimit limit{2, 1};
    const Monotonic t{};
    CHECK(limit.wait("a", t) == seconds{0});
    CHECK(limit.take("a", t) == seconds{0});
    CHECK(limit.take("a", t) == seconds{0});
    CHECK(limit.wait("a", t) == seconds{1});
    CHECK(limit.wait("a", t) == seconds{1});
    CHECK(limit.wait("a", t + seconds{1}) == seconds{0});
    CHECK(limit.wait("b", t) == seconds{0});
    CHECK(limit.remembered() == 1);
}

}  // namespace
