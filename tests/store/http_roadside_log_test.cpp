// What ends at the roadside, what is written down of it, and who tries what.
#include "server/roadside.hpp"
#include "tests/support/roadside.hpp"

#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::test;

Valley& valley() {
    static Valley one;
    return one;
}
Web stranger() { return valley().house.web(); }
std::string fresh() { return submitted(valley(), valley().filing())["id"]; }
std::string codes_of(const std::string& id) { return "/v1/manifests/" + id + "/roadside-code"; }
std::string link_of(const std::string& id) {
    const std::string url = valley().as("driver").get(codes_of(id)).json()["url"];
    return url.substr(std::string{"http://localhost"}.size());
}
Json log_of(const std::string& id, const std::string& role = "producer",
            const std::string& words = {}) {
    return valley().as(role).get("/v1/manifests/" + id + "/roadside-openings" + words).json();
}
// An answer without what every answer has of its own.
std::string all_of(WebReply reply) {
    reply.headers.erase("ratelimit");
    reply.headers.erase("date");
    std::string all = std::to_string(reply.status);
    for (const auto& [name, value] : reply.headers) all += "\n" + name + ": " + value;
    return all + "\n" + reply.body;
}
const std::string never = "/r/" + std::string(43, 'A');

TEST_CASE("a page ends after half an hour, and the paper opens another") {
    const std::string id = fresh();
    const std::string link = link_of(id);
    const std::string page = opened(valley(), link);
    const auto lives =
        *parse_iso(log_of(id)["items"][0]["until"].get<std::string>()) - valley().house.now();
    CHECK(lives > std::chrono::minutes{29});
    CHECK(lives <= std::chrono::minutes{30});
    const auto shown = stranger().get(page);
    CHECK(shown.status == 200);
    CHECK(shown.body.find("<meta http-equiv=\"refresh\" content=\"1") != std::string::npos);
    valley().database.sql("UPDATE roadside_openings SET until = now() WHERE manifest_id = '" + id +
                          "'");
    CHECK(stranger().get(page).status == 404);
    CHECK(stranger().get(page + "/print").status == 404);
    const std::string another = opened(valley(), link);
    CHECK(another != page);
    CHECK(stranger().get(another).status == 200);
}

TEST_CASE("what has ended, was revoked, or never was is answered word for word alike") {
    const std::string revoked = fresh(), ended = fresh();
    const std::string gone = link_of(revoked), old = link_of(ended);
    const std::string page = opened(valley(), gone);
    const auto done = valley().as("carrier").send("DELETE", codes_of(revoked));
    CHECK(done.status == 200);
    CHECK(done.json()["revoked"] == 1);
    valley().database.sql(
        "UPDATE roadside_codes SET issued_at = issued_at - interval '40 days',"
        " expires_at = expires_at - interval '40 days' WHERE manifest_id = '" +
        ended + "'");
    const std::string unknown = all_of(stranger().get(never));
    CHECK(unknown.starts_with("404\n"));
    CHECK(unknown.find("链接无效或已失效") != std::string::npos);
    for (const auto& address : {gone, old, page, page + "/print", std::string{"/r/x"},
                                "/r/page/" + std::string(43, 'A'), std::string{"/r/page/x"}}) {
        INFO(address);
        CHECK(all_of(stranger().get(address)) == unknown);
    }
    // Who is responsible reads which it was.
    CHECK(log_of(revoked)["items"][1]["outcome"] == "REVOKED");
    CHECK(log_of(ended)["items"][0]["outcome"] == "EXPIRED");
    // The next print opens again, by another code.
    const std::string next = link_of(revoked);
    CHECK(next != gone);
    opened(valley(), next);
}

TEST_CASE("each opening is written down: when, from which network, by what, with which print") {
    const std::string id = fresh();
    const std::string link = link_of(id);
    opened(valley(), link, "MicroMessenger/8.0 (\xe5\xbe\xae)");
    opened(valley(), link, std::string(500, 'x'));
    CHECK(stranger().get(opened(valley(), link)).status == 200);  // reading is no opening
    for (const char* role : {"producer", "carrier", "receiver", "regulator", "police"}) {
        INFO(role);
        const auto items = log_of(id, role)["items"];
        REQUIRE(items.size() == 3);
        CHECK(items[0]["outcome"] == "OPENED");
        CHECK(items[0]["network"] == "127.0.0.0/24");
        CHECK(items[0]["version"] == 2);
        CHECK(items[0]["agent"] == "MicroMessenger/8.0 (" + std::string(3, '?') + ")");
        CHECK(items[1]["agent"] == std::string(120, 'x'));
        const auto at = *parse_iso(items[2]["at"].get<std::string>());
        CHECK(valley().house.now() - at < std::chrono::minutes{1});
    }
    const auto other = valley().as("other").get("/v1/manifests/" + id + "/roadside-openings");
    CHECK(other.status == 404);
    const auto first = log_of(id, "producer", "?limit=2");
    CHECK(first["items"].size() == 2);
    const auto rest = log_of(id, "producer", "?after=" + first["next"].get<std::string>());
    CHECK(rest["items"].size() == 1);
    CHECK(rest["next"].is_null());
}

TEST_CASE("neither a code nor the address of a page is stored, only what they come to") {
    const std::string id = fresh();
    const std::string link = link_of(id), page = opened(valley(), link);
    pqxx::connection connection{valley().database.conninfo("liuhen_owner")};
    pqxx::work work{connection};
    for (const std::string& secret : {link.substr(3), page.substr(8)}) {
        REQUIRE(secret.size() == 43);
        for (const char* table : {"roadside_codes", "roadside_openings"}) {
            const auto rows =
                work.exec("SELECT row_to_json(t)::text FROM " + std::string{table} + " t");
            for (const auto& row : rows)
                CHECK(std::string{row[0].c_str()}.find(secret) == std::string::npos);
        }
    }
    CHECK(work.exec_params1("SELECT count(*) FROM roadside_codes WHERE digest ="
                            " sha256(convert_to($1, 'UTF8'))",
                            link.substr(3))[0]
              .as<int>() == 1);
}

// As many openings of a manifest's codes more.
void open_often(const std::string& id, const std::string& network, int count) {
    valley().database.sql(
        "INSERT INTO roadside_openings (id, code_id, manifest_id, outcome, at, network, agent)"
        " SELECT gen_random_uuid(), c.id, c.manifest_id, 'PRINTED', now(), '" +
        network + "', '' FROM roadside_codes c, generate_series(1, " + std::to_string(count) +
        ") WHERE c.manifest_id = '" + id + "'");
}

TEST_CASE("a code is opened two hundred times within a day and no more") {
    const std::string id = fresh();
    const std::string link = link_of(id);
    const std::string page = opened(valley(), link);
    open_often(id, "127.0.0.0/24", server::openings_a_day - 2);
    opened(valley(), link);
    const auto refused = stranger().get(link);
    CHECK(refused.status == 429);
    CHECK(refused.header("retry-after") == "3600");
    CHECK(stranger().get(page + "/print").status == 429);
    CHECK(stranger().get(page).status == 200);  // reading goes on
}

// Else whoever drives with the paper would use its code up before an officer scans it.
TEST_CASE("who opens a code too often shuts it to its own network, not to an officer's") {
    const std::string id = fresh();
    const std::string link = link_of(id);
    open_often(id, "127.0.0.0/24", server::openings_a_day);
    const auto from = [&link](const char* address) {
        const WebLine line{valley().house.web().port, 20, address};
        line.send("GET " + link + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return line.receive().substr(9, 3);
    };
    CHECK(from("127.0.0.9") == "429");
    CHECK(from("127.0.7.1") == "303");
    open_often(id, "10.0.0.0/24", 9 * server::openings_a_day);
    CHECK(from("127.0.8.1") == "429");  // the log has an end
}

TEST_CASE("an address that tries codes is slowed down, and right ones pass all the same") {
    HttpHouse house{valley().database.conninfo()};
    const std::string link = link_of(fresh());
    int slowed = 0;
    for (int i = 0; i < 30; ++i) {
        const auto reply = house.web().get("/r/" + std::string(40, 'B') + std::to_string(100 + i));
        CHECK((reply.status == 404 || reply.status == 429));
        slowed += reply.status == 429 ? 1 : 0;
    }
    CHECK(slowed >= 9);
    CHECK(house.web().get(link).status == 303);
}

TEST_CASE("an address opens sixty pages at once, then one every five seconds") {
    HttpHouse house{valley().database.conninfo()};
    const std::string link = link_of(fresh());
    int slowed = 0;
    for (int i = 0; i < 65; ++i) slowed += house.web().get(link).status == 429 ? 1 : 0;
    CHECK(slowed >= 3);
    CHECK(slowed <= 5);
}

TEST_CASE("no way through folders, escapes or other letters leads behind a code") {
    const std::string link = link_of(fresh());
    const std::string page = opened(valley(), link);
    const std::string secret = link.substr(3);
    for (const auto& path : std::vector<std::string>{
             "/r/../v1/manifests",   "/r/%2e%2e/v1/manifests",
             "/r/..%2fv1",           "/r/",
             "/r//" + secret,        "/r/" + secret + "/",
             "/r/" + secret + "%00", "/r/" + secret + "%0d%0aSet-Cookie:%20a=b",
             "/r/" + secret + "A",   "/r/" + secret.substr(1),
             "/r/%20" + secret,      "/R/" + secret,
             "/r/page/" + secret,    "/r/page/..",
             "/r/" + page.substr(8), page + "/../print",
             page + "/print/",       page + "/%2e%2e/print",
             "/r/' OR 1=1 --",       "/r/%FF%FE"}) {
        INFO(path);
        const auto reply = stranger().get(path);
        CHECK((reply.status == 404 || reply.status == 400 || reply.status == 429));
        CHECK_FALSE(reply.headers.contains("set-cookie"));
        CHECK_FALSE(reply.headers.contains("location"));
    }
    CHECK(stranger().send("POST", link, "{}").status == 405);
    CHECK(stranger().get(link).status == 303);
}

TEST_CASE("names that are markup, or turn the writing, stand in the page as texts") {
    Valley place;
    Json filing = place.filing();
    const std::string evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";
    filing["lines"][0]["name"] = evil;
    filing["lines"][0]["taboos"] = "</dd></dl></body><style>*{display:none}</style>";
    filing["containers"] = {{{"code", "\"><svg/onload=alert(3)>"}, {"line_no", 1}}};
    const std::string id = submitted(place, filing)["id"];
    // What the forms refuse may stand in rows of an earlier time.
    place.database.sql(
        "UPDATE manifests SET document = jsonb_set(document, '{producer,name}',"
        " to_jsonb(E'A\\u202EB\\u0007C\\u200B' || repeat('名', 10000)))"
        " WHERE id = '" +
        id + "'");
    const auto got = place.house.web().get(opened(place, printed_link(place, id)));
    REQUIRE(got.status == 200);
    for (const char* markup : {"<script", "<img", "<svg", "<style>*", "</dd></dl></body>"}) {
        INFO(markup);
        const bool found = got.body.find(markup) != std::string::npos;
        CHECK_FALSE(found);
    }
    const auto says = [&got](const std::string& text) {
        return got.body.find(text) != std::string::npos;
    };
    CHECK(says("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img"));
    CHECK(
        says("A\xef\xbf\xbd"
             "B\xef\xbf\xbd"
             "C\xef\xbf\xbd名"));
    CHECK(got.body.size() < 60'000);
}

TEST_CASE("nobody writes the log, or a code of another's manifest, past the functions") {
    const std::string id = fresh();
    opened(valley(), link_of(id));
    pqxx::connection connection{valley().database.conninfo("liuhen_http")};
    const auto refused = [&connection](const std::string& role, const std::string& party,
                                       const std::string& sql) {
        pqxx::work work{connection};
        work.exec("SELECT set_config('liuhen.role', " + work.quote(role) +
                  ", true), set_config('liuhen.party', " + work.quote(party) +
                  ", true), set_config('liuhen.rank', 'admin', true)");
        try {
            return work.exec(sql).affected_rows() == 0;
        } catch (const pqxx::insufficient_privilege&) {
            return true;
        }
    };
    const std::string producer = valley().party["producer"], other = valley().party["other"];
    const std::string code =
        "INSERT INTO roadside_codes (id, manifest_id, version, issue, digest, issued_at,"
        " expires_at, token_id) VALUES (gen_random_uuid(), '" +
        id + "', 9, 9, sha256('x'), now(), now() + interval '1 day', gen_random_uuid())";
    CHECK(refused("", "", "SELECT 1 FROM roadside_codes"));
    CHECK(refused("", "", "SELECT 1 FROM roadside_openings"));
    CHECK(refused("producer", other,
                  "SELECT 1 FROM roadside_openings WHERE manifest_id = '" + id + "'"));
    CHECK(refused("producer", other, code));
    CHECK_FALSE(refused("producer", producer, code));
    CHECK(refused("producer", producer, "UPDATE roadside_codes SET expires_at = 'infinity'"));
    CHECK(refused("producer", producer, "DELETE FROM roadside_openings"));
    CHECK(refused("producer", producer, "UPDATE roadside_openings SET network = ''"));
    CHECK(refused("producer", other, "UPDATE roadside_codes SET revoked_at = now()"));
}

}  // namespace
