// Tokens that are bound to the certificate of their holder (RFC 8705): whoever has the token alone
// has nothing.
#include "server/tls.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/people_house.hpp"
#include "tests/support/tls_web.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::Authority;
using liuhen::test::TlsWeb;
using nlohmann::json;

struct Bound {
    Authority authority{"Prefecture"};
    Authority::Issued patrol = authority.issue("patrol");
    Authority::Issued other = authority.issue("other");
    test::Certificate own{"liuhen.example"};
    server::TlsKeys keys{own.file(), own.key(), authority.file()};
    test::PeopleHouse people;
    std::uint16_t port = people.house.open_tls(keys);

    [[nodiscard]] std::string token(json form) const {
        const auto made = people.as("operator").post("/v1/tokens", std::move(form));
        if (made.status != 201) throw std::runtime_error{made.body};
        return made.json().at("token");
    }
    [[nodiscard]] TlsWeb web(const std::string& token,
                             std::optional<Authority::Issued> certificate = {}) const {
        return {port, token, {.certificate = std::move(certificate)}};
    }
    // Only tokens that are bound speak for police, while it lives.
    struct Strict {
        explicit Strict(Bound& of) : bound(of) {
            bound.people.house.refurnish(
                [](auto& front) { front.bound_only = {manifest::Role::police}; });
        }
        ~Strict() {
            bound.people.house.refurnish([](auto& front) { front.bound_only.clear(); });
        }
        Strict(const Strict&) = delete;
        Strict& operator=(const Strict&) = delete;
        Bound& bound;
    };
};

Bound& bound() {
    static Bound one;
    return one;
}

std::string verdict(const test::WebReply& reply) {
    return reply.status < 300 ? "passes" : reply.json().at("code").get<std::string>();
}

TEST_CASE("a bound token is good with its certificate and with nothing else, on any port") {
    const std::string token =
        bound().token({{"role", "police"}, {"certificate", bound().patrol.thumbprint}});
    CHECK(verdict(bound().web(token, bound().patrol).get("/v1/alerts")) == "passes");
    CHECK(verdict(bound().web(token).get("/v1/alerts")) == "CERTIFICATE_REQUIRED");
    CHECK(verdict(bound().web(token, bound().other).get("/v1/alerts")) == "CERTIFICATE_REQUIRED");
    const auto clear = bound().people.house.web(token).get("/v1/alerts");
    CHECK(clear.status == 401);
    CHECK(verdict(clear) == "CERTIFICATE_REQUIRED");
    CHECK(clear.header("www-authenticate") == "Bearer error=\"invalid_token\"");
    // What a header says of a certificate is nothing.
    const auto claimed = bound().people.house.web(token).send(
        "GET", "/v1/alerts", {}, {{"X-Client-Certificate", bound().patrol.thumbprint}});
    CHECK(verdict(claimed) == "CERTIFICATE_REQUIRED");
    CHECK(verdict(bound().web(token, bound().patrol).get("/v1/alerts")) == "passes");
}

TEST_CASE("a bound token without its certificate opens no room for a large file") {
    const std::string party = bound().people.party.at("carrier");
    const std::string token = bound().token(
        {{"role", "carrier"}, {"party", party}, {"certificate", bound().patrol.thumbprint}});
    test::WebReply reply;
    const test::WebLine line{bound().people.house.web().port};
    line.send("POST /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
              "\r\nContent-Type: application/pdf\r\nContent-Length: 9000000\r\n\r\n");
    reply = test::parse_reply(line.receive_until("}"));
    CHECK(verdict(reply) == "CERTIFICATE_REQUIRED");
}

TEST_CASE("tokens that are not bound go on, with a certificate and without") {
    const std::string token = bound().token({{"role", "regulator"}});
    CHECK(verdict(bound().web(token).get("/v1/manifests")) == "passes");
    CHECK(verdict(bound().web(token, bound().patrol).get("/v1/manifests")) == "passes");
}

TEST_CASE("a certificate of another authority ends the connection before anything is asked") {
    const Authority stranger{"Nowhere"};
    bool answered = true;
    try {
        answered = bound().web("", stranger.issue("patrol")).get("/livez").status == 200;
    } catch (const std::runtime_error&) {
        answered = false;
    }
    CHECK_FALSE(answered);
    CHECK(bound().web("").get("/livez").status == 200);
}

TEST_CASE("where a role's tokens must be bound, those that are not are refused") {
    const std::string loose = bound().token({{"role", "police"}});
    const std::string tied =
        bound().token({{"role", "police"}, {"certificate", bound().patrol.thumbprint}});
    const std::string regulator = bound().token({{"role", "regulator"}});
    CHECK(verdict(bound().web(loose, bound().patrol).get("/v1/alerts")) == "passes");
    const Bound::Strict strict{bound()};
    CHECK(verdict(bound().web(loose, bound().patrol).get("/v1/alerts")) == "TOKEN_NOT_BOUND");
    CHECK(verdict(bound().people.house.web(loose).get("/v1/alerts")) == "TOKEN_NOT_BOUND");
    CHECK(verdict(bound().web(tied, bound().patrol).get("/v1/alerts")) == "passes");
    CHECK(verdict(bound().web(regulator).get("/v1/manifests")) == "passes");
}

TEST_CASE("who logs in over a connection with a certificate gets a session bound to it") {
    const auto member = bound()
                            .people.as("operator")
                            .post("/v1/members", {{"login", "patrol.he"},
                                                  {"name", "He Lin"},
                                                  {"authority", "police"},
                                                  {"rank", "member"}});
    REQUIRE(member.status == 201);
    const json words{{"login", "patrol.he"}, {"password", member.json().at("password")}};
    const Bound::Strict strict{bound()};
    CHECK(verdict(bound().web("").post("/v1/login", words)) == "TOKEN_NOT_BOUND");
    const auto session = bound().web("", bound().patrol).post("/v1/login", words);
    REQUIRE(session.status == 201);
    const std::string token = session.json().at("token");
    CHECK(verdict(bound().web(token, bound().patrol).get("/v1/me")) == "passes");
    CHECK(verdict(bound().web(token).get("/v1/me")) == "CERTIFICATE_REQUIRED");
}

TEST_CASE("a program's access token is bound to the certificate that it was asked for with") {
    const auto client = bound()
                            .people.as("operator")
                            .post("/v1/clients", {{"name", "Platform"}, {"role", "regulator"}});
    REQUIRE(client.status == 201);
    const std::string known =
        "client_id=" + client.json().at("id").get<std::string>() +
        "&client_secret=" + client.json().at("client_secret").get<std::string>();
    const test::WebHeaders form{{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto web = bound().web("", bound().patrol);
    const auto given =
        web.send("POST", "/oauth/token", "grant_type=client_credentials&" + known, form);
    REQUIRE(given.status == 200);
    const std::string token = given.json().at("access_token");
    CHECK(verdict(bound().web(token, bound().patrol).get("/v1/manifests")) == "passes");
    CHECK(verdict(bound().web(token).get("/v1/manifests")) == "CERTIFICATE_REQUIRED");
    const auto told = web.send("POST", "/oauth/introspect", "token=" + token + "&" + known, form);
    CHECK(told.json().at("cnf").at("x5t#S256") == bound().patrol.thumbprint);
}

TEST_CASE("a token is issued bound only by what is a thumbprint, which its row shows") {
    const auto desk = bound().people.as("operator");
    for (const std::string& text :
         {std::string{"abc"}, std::string(43, '='), std::string(44, 'a')}) {
        const auto refused = desk.post("/v1/tokens", {{"role", "police"}, {"certificate", text}});
        CHECK(refused.status == 422);
        CHECK((text.size() != 43 || refused.json()["errors"][0]["code"] == "BAD_THUMBPRINT"));
    }
    const auto made =
        desk.post("/v1/tokens", {{"role", "police"}, {"certificate", bound().patrol.thumbprint}});
    CHECK(made.json().at("certificate") == bound().patrol.thumbprint);
}

}  // namespace
