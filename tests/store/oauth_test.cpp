// Programs: made, given access tokens, shut out; as the RFCs of OAuth 2 say.
#include "tests/support/people_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::PeopleHouse;
using liuhen::test::Web;
using liuhen::test::WebReply;
using nlohmann::json;

PeopleHouse& people() {
    static PeopleHouse one;
    return one;
}

const test::WebHeaders form{{"Content-Type", "application/x-www-form-urlencoded"}};

// Base64 with padding, of text that needs no `+` or `/`.
std::string basic(const std::string& id, const std::string& secret) {
    std::string text = server::base64url(id + ':' + secret);
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (text.size() % 4 != 0) text += '=';
    return "Basic " + text;
}

struct Program {
    std::string id, secret;
    [[nodiscard]] test::WebHeaders header() const {
        auto headers = form;
        headers["Authorization"] = basic(id, secret);
        return headers;
    }
    [[nodiscard]] std::string posted() const {
        return "client_id=" + id + "&client_secret=" + secret;
    }
};

Program program(const json& more, const Web& by) {
    json body{{"name", "Weighbridge"}};
    body.update(more);
    const auto made = by.post("/v1/clients", body);
    if (made.status != 201) throw std::runtime_error{made.body};
    return {made.json().at("id"), made.json().at("client_secret")};
}
Program producers() {
    return program({{"role", "producer"}, {"party", people().party["producer"]}},
                   people().as("operator"));
}

WebReply send(const std::string& path, const std::string& body, const test::WebHeaders& headers) {
    return people().house.web().send("POST", path, body, headers);
}
std::string access_token(const Program& one) {
    return send("/oauth/token", "grant_type=client_credentials", one.header())
        .json()
        .at("access_token");
}

TEST_CASE("a program gets an access token by its secret, in the header or in the form") {
    const Program one = producers();
    for (const auto& reply :
         {send("/oauth/token", "grant_type=client_credentials", one.header()),
          send("/oauth/token", "grant_type=client_credentials&" + one.posted(), form)}) {
        CHECK(reply.status == 200);
        CHECK(reply.header("cache-control") == "no-store");
        CHECK(reply.json()["token_type"] == "Bearer");
        CHECK(reply.json()["expires_in"] == 3600);
        const Web web = people().house.web(reply.json()["access_token"]);
        CHECK(web.get("/v1/manifests/" + people().manifest).status == 200);
        CHECK(web.get("/v1/me").json()["person"] == "Weighbridge");
    }
    CHECK(people().database.value<int>("SELECT count(*) FROM clients WHERE digest = decode('" +
                                       server::sha256_hex(one.secret) + "', 'hex')") == 1);
    CHECK(people().as("operator").get("/v1/clients").body.find(one.secret) == std::string::npos);
}

TEST_CASE("what is wrong with a token request is said as RFC 6749 section 5.2 says it") {
    const Program one = producers();
    const auto error = [](const WebReply& reply) { return reply.json().at("error"); };
    const auto wrong = send("/oauth/token", "grant_type=client_credentials",
                            Program{one.id, "lhs_wrong"}.header());
    CHECK(wrong.status == 401);
    CHECK(error(wrong) == "invalid_client");
    CHECK(wrong.header("www-authenticate").starts_with("Basic"));
    const auto unknown = send("/oauth/token", "grant_type=client_credentials",
                              Program{"00000000-0000-7000-8000-000000000000", "x"}.header());
    CHECK(unknown.status == 401);
    CHECK(unknown.body == wrong.body);
    CHECK(send("/oauth/token", "grant_type=client_credentials", form).status == 401);
    const auto both =
        send("/oauth/token", "grant_type=client_credentials&" + one.posted(), one.header());
    CHECK(error(both) == "invalid_client");
    CHECK(error(send("/oauth/token", "grant_type=password", one.header())) ==
          "unsupported_grant_type");
    CHECK(error(send("/oauth/token", "", one.header())) == "invalid_request");
    CHECK(error(send("/oauth/token", "grant_type=client_credentials&scope=all", one.header())) ==
          "invalid_scope");
    CHECK(error(send("/oauth/token", "grant_type=client_credentials&grant_type=x", one.header())) ==
          "invalid_request");
    CHECK(send("/oauth/token", "{}", {{"Content-Type", "application/json"}}).status == 415);
}

TEST_CASE("an access token ends by its time, by revocation and with its client") {
    const Program one = producers();
    const Program other = producers();
    const std::string first = access_token(one);
    const auto works = [](const std::string& token) {
        return people().house.web(token).get("/v1/me").status == 200;
    };
    CHECK(works(first));
    const auto foreign = send("/oauth/revoke", "token=" + first, other.header());
    CHECK(foreign.status == 400);
    CHECK(works(first));
    CHECK(send("/oauth/revoke", "token=" + first + "&token_type_hint=access_token", one.header())
              .status == 200);
    CHECK(!works(first));
    CHECK(send("/oauth/revoke", "token=" + first, one.header()).status == 200);
    CHECK(send("/oauth/revoke", "token=nonsense", one.header()).status == 200);
    CHECK(send("/oauth/revoke", "token=" + first, form).status == 401);

    const std::string second = access_token(one);
    CHECK(works(second));
    CHECK(people().as("operator").send("DELETE", "/v1/clients/" + one.id).status == 204);
    CHECK(!works(second));
    CHECK(send("/oauth/token", "grant_type=client_credentials", one.header()).status == 401);

    const std::string third = access_token(other);
    people().database.sql(
        "UPDATE tokens SET expires_at = now() - interval '1 second'"
        " WHERE digest = decode('" +
        server::sha256_hex(third) + "', 'hex')");
    CHECK(!works(third));
}

TEST_CASE("introspection tells an organisation of its own tokens only") {
    const Program own = producers();
    const Program carrier = program({{"role", "carrier"}, {"party", people().party["carrier"]}},
                                    people().as("operator"));
    const std::string token = access_token(own);
    const json seen = send("/oauth/introspect", "token=" + token, producers().header()).json();
    CHECK(seen["active"] == true);
    CHECK(seen["client_id"] == own.id);
    CHECK(seen["party"] == people().party["producer"]);
    CHECK(seen["exp"].get<long>() - seen["iat"].get<long>() >= 3590);
    const json none{{"active", false}};
    CHECK(send("/oauth/introspect", "token=" + token, carrier.header()).json() == none);
    CHECK(send("/oauth/introspect", "token=lh_unknown", own.header()).json() == none);
    CHECK(send("/oauth/introspect", "token=" + token, form).status == 401);
}

TEST_CASE("the metadata names the endpoints that there are") {
    const json said = people().house.web().get("/.well-known/oauth-authorization-server").json();
    const std::string issuer = said["issuer"];
    CHECK(said["token_endpoint"] == issuer + "/oauth/token");
    CHECK(said["revocation_endpoint"] == issuer + "/oauth/revoke");
    CHECK(said["introspection_endpoint"] == issuer + "/oauth/introspect");
    CHECK(said["grant_types_supported"] == json{"client_credentials"});
}

TEST_CASE("an administrator makes programs of his own organisation, in roles that it has") {
    const auto boss = people().admin_of("producer", "boss.programs");
    const Program one = program({{"role", "producer"}, {"rank", "reader"}}, boss.web);
    const Web reader = people().house.web(access_token(one));
    CHECK(reader.get("/v1/manifests").status == 200);
    CHECK(reader.post("/v1/manifests", people().filing()).json()["code"] == "RANK");
    CHECK(boss.web.get("/v1/clients").json()["items"].size() >= 1);
    CHECK(boss.web.post("/v1/clients", {{"name", "x y"}, {"role", "carrier"}}).status == 422);
    CHECK(boss.web.post("/v1/clients", {{"name", "x y"}, {"role", "operator"}}).status == 422);
    CHECK(boss.web
              .post("/v1/clients",
                    {{"name", "x y"}, {"role", "producer"}, {"party", people().party["other"]}})
              .status == 422);
    const auto other = people().admin_of("other", "boss.elsewhere");
    CHECK(other.web.get("/v1/clients").json()["items"].empty());
    CHECK(other.web.send("DELETE", "/v1/clients/" + one.id).status == 404);
}

TEST_CASE("who guesses at clients' secrets is slowed down") {
    PeopleHouse place;
    int slowed = 0;
    WebReply last;
    for (int i = 0; i < 40; ++i) {
        last = place.house.web().send("POST", "/oauth/token", "grant_type=client_credentials",
                                      Program{"x", "y"}.header());
        slowed += last.status == 429 ? 1 : 0;
    }
    CHECK(slowed >= 5);
    CHECK(last.json()["error"] == "slow_down");
    CHECK(std::stoi(last.header("retry-after")) >= 1);
}

}  // namespace
