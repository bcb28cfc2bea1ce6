// JWTs of an agency's own OpenID provider: what passes, and every way in which it must not.
#include "server/foreign_token.hpp"
#include "tests/support/people_house.hpp"
#include "tests/support/signed_tokens.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using liuhen::test::signed_text;
using liuhen::test::signed_token;
using liuhen::test::SigningKey;
using nlohmann::json;

constexpr Instant now{std::chrono::milliseconds{1'800'000'000'000}};
constexpr std::int64_t now_s = 1'800'000'000;

const SigningKey& rsa() {
    static const SigningKey one{"RS256"};
    return one;
}

json claims() {
    return {{"iss", "https://id.agency.example"},
            {"aud", "liuhen"},
            {"sub", "officer-17"},
            {"name", "Zhou Lan"},
            {"exp", now_s + 300},
            {"roles", {"staff", "env-inspector"}},
            {"area", "331102"}};
}

TrustedIssuer trust(const json& keys) {
    return {"00000000-0000-7000-8000-000000000001",
            "https://id.agency.example",
            "liuhen",
            json{{"keys", keys}}.dump(),
            "roles",
            {{"env-inspector", "regulator"}, {"traffic", "police"}},
            "3311",
            "area"};
}

std::string verdict(const std::string& token, const TrustedIssuer& issuer) {
    const auto person = read_foreign_token(token, issuer, now);
    return person ? person->role + ' ' + person->division : std::string{code(person.error())};
}
std::string verdict(const std::string& token) {
    static const TrustedIssuer issuer = trust(json::array({rsa().jwk("a")}));
    return verdict(token, issuer);
}
std::string verdict_of(const char* claim, const json& value) {
    json changed = claims();
    changed[claim] = value;
    return verdict(signed_token(rsa(), "a", changed));
}

TEST_CASE("a genuine token speaks with the role and area that its issuer's row allows") {
    for (const char* algorithm : {"RS256", "PS256", "ES256"}) {
        INFO(algorithm);
        const SigningKey key{algorithm};
        const auto issuer = trust(json::array({SigningKey{"RS256"}.jwk("old"), key.jwk("new")}));
        CHECK(!fault_of_key_set(issuer.keys).has_value());
        CHECK(verdict(signed_token(key, "new", claims()), issuer) == "regulator 331102");
    }
    CHECK(verdict_of("aud", {"other", "liuhen"}) == "regulator 331102");
    CHECK(verdict_of("roles", "traffic") == "police 331102");
}

TEST_CASE("a token of another issuer is bound to the certificate in its cnf, or refused for it") {
    const std::string thumbprint(43, 'A');
    json bound = claims();
    bound["cnf"] = {{"x5t#S256", thumbprint}};
    const auto issuer = trust(json::array({rsa().jwk("a")}));
    const auto person = read_foreign_token(signed_token(rsa(), "a", bound), issuer, now);
    REQUIRE(person);
    CHECK(person->certificate == thumbprint);
    CHECK(read_foreign_token(signed_token(rsa(), "a", claims()), issuer, now)->certificate.empty());
    CHECK(verdict_of("cnf", {{"jkt", thumbprint}}) == "malformed");
    CHECK(verdict_of("cnf", "x5t#S256") == "malformed");
}

TEST_CASE("a name of which something cannot be seen gives way to the next claim") {
    const auto issuer = trust(json::array({rsa().jwk("a")}));
    for (const char* name : {"Zhou\u202eLan", "Zhou\u200bLan", "\u3000"}) {
        json said = claims();
        said["name"] = name;
        CHECK(read_foreign_token(signed_token(rsa(), "a", said), issuer, now)->name ==
              "officer-17");
        said["preferred_username"] = "zhou.lan";
        CHECK(read_foreign_token(signed_token(rsa(), "a", said), issuer, now)->name == "zhou.lan");
    }
}

TEST_CASE("none, symmetric and other algorithms than the key's own are refused") {
    const std::string body = claims().dump();
    const std::string none = base64url(R"({"alg":"none","kid":"a"})") + '.' + base64url(body);
    CHECK(verdict(none + '.') == "malformed");
    CHECK(verdict(none + ".AAAA") == "wrong_algorithm");
    // The public key, in whatever form, as the secret of HS256.
    const std::string header = R"({"alg":"HS256","kid":"a"})";
    for (const std::string& secret :
         {rsa().public_bytes(), rsa().jwk("a").dump(), rsa().jwk("a")["n"].get<std::string>()})
        CHECK(verdict(test::hmac_token(secret, header, body)) == "wrong_algorithm");
    CHECK(verdict(test::hmac_token(rsa().public_bytes(), R"({"alg":"RS256","kid":"a"})", body)) ==
          "wrong_signature");
    CHECK(verdict(signed_text(rsa(), R"({"alg":"PS256","kid":"a"})", body)) == "wrong_algorithm");
    CHECK(verdict(signed_text(rsa(), R"({"alg":"rs256","kid":"a"})", body)) == "wrong_algorithm");
    CHECK(verdict(signed_text(rsa(), R"({"kid":"a"})", body)) == "wrong_algorithm");
}

TEST_CASE("another key, an unknown kid and changed claims are refused") {
    CHECK(verdict(signed_token(SigningKey{"RS256"}, "a", claims())) == "wrong_signature");
    CHECK(verdict(signed_token(rsa(), "b", claims())) == "unknown_key");
    CHECK(verdict(signed_text(rsa(), R"({"alg":"RS256"})", claims().dump())) == "unknown_key");
    const std::string good = signed_token(rsa(), "a", claims());
    json more = claims();
    more["area"] = "3311";
    const auto first = good.find('.');
    const auto second = good.rfind('.');
    CHECK(verdict(good.substr(0, first + 1) + base64url(more.dump()) + good.substr(second)) ==
          "wrong_signature");
}

TEST_CASE("a key that comes along in the header is not looked at") {
    const SigningKey own{"RS256"};
    json header{{"alg", "RS256"}, {"kid", "a"}, {"jwk", own.jwk("a")}};
    CHECK(verdict(signed_text(own, header.dump(), claims().dump())) == "malformed");
    for (const char* name : {"jku", "x5u", "x5c", "crit", "b64"}) {
        INFO(name);
        const json odd{{"alg", "RS256"}, {"kid", "a"}, {name, "https://evil.example/keys"}};
        CHECK(verdict(signed_text(rsa(), odd.dump(), claims().dump())) == "malformed");
    }
}

TEST_CASE("issuer, audience and times must fit, with a minute for clocks that differ") {
    CHECK(verdict_of("iss", "https://id.agency.example/") == "wrong_issuer");
    CHECK(verdict_of("aud", "liuhen2") == "wrong_audience");
    CHECK(verdict_of("aud", json::array()) == "wrong_audience");
    CHECK(verdict_of("exp", now_s - 59) == "regulator 331102");
    CHECK(verdict_of("exp", now_s - 61) == "expired");
    CHECK(verdict_of("exp", "tomorrow") == "malformed");
    CHECK(verdict_of("exp", nullptr) == "malformed");
    CHECK(verdict_of("nbf", now_s + 59) == "regulator 331102");
    CHECK(verdict_of("nbf", now_s + 61) == "not_yet_valid");
    CHECK(verdict_of("nbf", "now") == "malformed");
    CHECK(verdict_of("sub", "") == "malformed");
}

TEST_CASE("a token claims no more than its issuer's row allows") {
    for (const char* role : {"operator", "regulator", "admin", ""})
        CHECK(verdict_of("roles", role) == "no_role");
    CHECK(verdict_of("roles", json::array()) == "no_role");
    CHECK(verdict_of("area", "3301") == "outside_area");
    CHECK(verdict_of("area", "33") == "outside_area");
    CHECK(verdict_of("area", "") == "outside_area");
    CHECK(verdict_of("area", nullptr) == "outside_area");
    CHECK(verdict_of("area", {"331102", "331121"}) == "outside_area");
    auto whole = trust(json::array({rsa().jwk("a")}));
    whole.division_claim.clear();
    CHECK(verdict(signed_token(rsa(), "a", claims()), whole) == "regulator 3311");
}

TEST_CASE("doubled claims, oversized tokens and broken pieces are malformed") {
    const std::string body = claims().dump();
    const std::string twice = body.substr(0, body.size() - 1) + R"(,"sub":"somebody-else"})";
    CHECK(verdict(signed_text(rsa(), R"({"alg":"RS256","kid":"a"})", twice)) == "malformed");
    CHECK(verdict(signed_text(rsa(), R"({"alg":"RS256","kid":"a","alg":"none"})", body)) ==
          "malformed");
    json large = claims();
    large["padding"] = std::string(max_foreign_token_bytes, 'x');
    CHECK(!is_foreign_form(signed_token(rsa(), "a", large)));
    CHECK(verdict(signed_token(rsa(), "a", large)) == "malformed");
    const std::string good = signed_token(rsa(), "a", claims());
    CHECK(verdict(good + ".x") == "malformed");
    CHECK(verdict(good + "=") == "malformed");  // one token has one spelling
    CHECK(verdict("eyJ.eyJ.AAAA") == "malformed");
    CHECK(verdict("") == "malformed");
    CHECK(verdict(signed_text(rsa(), "[]", body)) == "malformed");
}

TEST_CASE("a key set holds public keys only, each with a name and one algorithm") {
    const json good = rsa().jwk("a");
    const auto fits = [](const json& keys) {
        return !fault_of_key_set(json{{"keys", keys}}.dump()).has_value();
    };
    const auto with = [&good](const char* name, const json& value) {
        json key = good;
        key[name] = value;
        return json::array({key});
    };
    CHECK(fits(json::array({good})));
    CHECK(!fits(json::array()));
    CHECK(!fits(json::array({good, good})));
    CHECK(!fits(with("alg", "HS256")));
    CHECK(!fits(with("alg", "none")));
    CHECK(!fits(with("alg", "ES256")));
    CHECK(!fits(with("alg", nullptr)));
    CHECK(!fits(with("kid", "")));
    CHECK(!fits(with("d", "AQAB")));
    CHECK(!fits(with("use", "enc")));
    CHECK(!fits(with("n", "AQAB")));
    CHECK(!fits(json::array({SigningKey("RS256", 1024).jwk("a")})));
    CHECK(!fits(
        json::array({json{{"kty", "oct"}, {"kid", "a"}, {"alg", "HS256"}, {"k", "c2VjcmV0"}}})));
}

TEST_CASE("a key for EdDSA is refused when it is entered, in words") {
    const test::PeopleHouse place;
    const json key{{"kty", "OKP"},
                   {"crv", "Ed25519"},
                   {"kid", "ed-1"},
                   {"alg", "EdDSA"},
                   {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
    const auto reply = place.as("operator")
                           .post("/v1/identity-providers",
                                 {{"name", "Agency"},
                                  {"issuer", "https://id.agency.example"},
                                  {"audience", "liuhen"},
                                  {"keys", {{"keys", json::array({rsa().jwk("a"), key})}}},
                                  {"role_claim", "roles"},
                                  {"roles", {{"env-inspector", "regulator"}}}});
    REQUIRE(reply.status == 422);
    const auto fault = reply.json().at("errors").at(0);
    CHECK(fault["code"] == "BAD_KEY_SET");
    CHECK(fault["value"] == "EdDSA cannot be checked here, ES256 can: key ed-1");
}

TEST_CASE("an agency's officers come in by their own provider's tokens over HTTP") {
    test::PeopleHouse place;
    const auto desk = place.as("operator");
    json row{{"name", "Agency"},      {"issuer", "https://id.agency.example"},
             {"audience", "liuhen"},  {"keys", {{"keys", json::array({rsa().jwk("a")})}}},
             {"role_claim", "roles"}, {"roles", {{"env-inspector", "regulator"}}},
             {"division", "3311"},    {"division_claim", "area"}};
    json greedy = row;
    greedy["roles"] = {{"boss", "operator"}};
    CHECK(desk.post("/v1/identity-providers", greedy).status == 422);
    const auto made = desk.post("/v1/identity-providers", row);
    REQUIRE(made.status == 201);
    json said = claims();
    said["exp"] = place.house.now().time_since_epoch().count() / 1000 + 300;
    const auto officer = place.house.web(signed_token(rsa(), "a", said));
    const json me = officer.get("/v1/me").json();
    CHECK(me["role"] == "regulator");
    CHECK(me["division"] == "331102");
    CHECK(me["person"] == "Zhou Lan");
    CHECK(officer.get("/v1/manifests/" + place.manifest).status == 200);
    CHECK(officer.get("/v1/tokens").status == 403);
    said["area"] = "331121";
    CHECK(place.house.web(signed_token(rsa(), "a", said))
              .get("/v1/manifests/" + place.manifest)
              .status == 404);
    said["area"] = "3301";
    CHECK(place.house.web(signed_token(rsa(), "a", said)).get("/v1/me").status == 401);

    const SigningKey next{"ES256"};
    row["keys"] = {{"keys", json::array({next.jwk("b")})}};
    const std::string path = "/v1/identity-providers/" + made.json()["id"].get<std::string>();
    CHECK(desk.send("PUT", path, row.dump()).status == 200);
    said["area"] = "331102";
    said["jti"] = "2";
    CHECK(place.house.web(signed_token(rsa(), "a", said)).get("/v1/me").status == 401);
    CHECK(place.house.web(signed_token(next, "b", said)).get("/v1/me").status == 200);
    CHECK(desk.send("DELETE", path).status == 204);
    said["jti"] = "3";
    CHECK(place.house.web(signed_token(next, "b", said)).get("/v1/me").status == 401);
}

}  // namespace
