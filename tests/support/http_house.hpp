// The HTTP side of the server on a scratch database, in this process: no devices, no shards; what
// handlers tell the rest of the server is written down.
#pragma once

#include "server/crypto.hpp"
#include "server/http/server.hpp"
#include "server/json/event_json.hpp"
#include "server/store/tokens.hpp"
#include "server/vault.hpp"
#include "tests/support/registers.hpp"
#include "tests/support/scratch_db.hpp"
#include "tests/support/web.hpp"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace liuhen::test {

using server::asio::ip::tcp;

class HttpHouse {
public:
    using Furnish = std::function<void(server::http::Front&)>;

    explicit HttpHouse(const std::string& conninfo, server::Patience patience = {},
                       server::Networks proxies = {}, server::http::Access access = {},
                       const Furnish& furnish = {})
        : database_(conninfo, 2, 4, patience),
          feed_(io_, database_, metrics_, written, 1'000),
          front_(std::make_shared<server::http::Front>(server::http::Front{
              clock_,
              database_,
              feed_,
              metrics_,
              health_,
              [this](server::http::FollowUp news) { return note(std::move(news)); },
              std::move(access),
              vault(),
              {},
              std::move(proxies)})) {
        health_.database = health_.journal = health_.directory = health_.watches = true;
        if (furnish) furnish(*front_);
        tcp::acceptor acceptor{io_, tcp::endpoint{server::asio::ip::address_v4::loopback(), 0}};
        port_ = acceptor.local_endpoint().port();
        server::HttpListener listener{std::move(acceptor)};
        server::spawn("http", io_.get_executor(), server::http::serve(front_, std::move(listener)));
        server::spawn("feed", io_.get_executor(), feed_.run());
        thread_ = std::thread{[this] { io_.run(); }};
    }
    /// What the handlers share, set before the first of them runs.
    HttpHouse(const std::string& conninfo, const Furnish& furnish)
        : HttpHouse(conninfo, {}, {}, {}, furnish) {}
    ~HttpHouse() {
        health_.stopping = true;
        io_.stop();
        thread_.join();
        // Readers of the feed must be gone before the feed is.
        io_.restart();
        feed_.stop();
        io_.poll();
        database_.stop();
        io_.poll();
    }
    HttpHouse(const HttpHouse&) = delete;
    HttpHouse& operator=(const HttpHouse&) = delete;

    [[nodiscard]] Web web(const std::string& token = {}) const { return {port_, token}; }
    /// A port for the same over TLS, with keys that outlive the house.
    [[nodiscard]] std::uint16_t open_tls(const server::TlsKeys& keys) {
        tcp::acceptor acceptor{io_, tcp::endpoint{server::asio::ip::address_v4::loopback(), 0}};
        const auto port = acceptor.local_endpoint().port();
        server::HttpListener listener{std::move(acceptor), &keys};
        server::spawn("https", io_.get_executor(),
                      server::http::serve(front_, std::move(listener)));
        return port;
    }
    [[nodiscard]] Instant now() const { return clock_.now(); }
    void wake_feed() { feed_.wake(); }
    /// Changes what the handlers share, on their thread, between two of their steps.
    void refurnish(const Furnish& furnish) {
        std::promise<void> done;
        server::asio::post(io_, [&] {
            furnish(*front_);
            done.set_value();
        });
        done.get_future().wait();
    }
    /// The key under which it keeps passwords of locks.
    static std::shared_ptr<const server::Vault> vault() {
        static const auto one =
            std::make_shared<const server::Vault>(std::vector{std::string(32, 'k')});
        return one;
    }
    [[nodiscard]] std::string metrics() const { return metrics_.text(); }
    [[nodiscard]] std::vector<server::http::FollowUp> told() {
        const std::lock_guard lock{mutex_};
        return told_;
    }

private:
    static std::string written(const server::store::NumberedAlert& told) {
        return server::event_json(told.row);
    }
    server::awaitable<void> note(server::http::FollowUp news) {
        const std::lock_guard lock{mutex_};
        told_.push_back(std::move(news));
        co_return;
    }
    server::asio::io_context io_;
    server::Clock clock_;
    server::Metrics metrics_;
    server::Health health_;
    server::Database database_;
    server::Feed feed_;
    std::mutex mutex_;
    std::vector<server::http::FollowUp> told_;
    std::shared_ptr<server::http::Front> front_;
    std::uint16_t port_{};
    std::thread thread_;
};

/// A fresh token of a role and party, made the way the bootstrap makes it.
inline std::string token_of(const ScratchDatabase& database, const std::string& role,
                            const std::string& party) {
    const std::string secret = server::new_token();
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    server::store::insert_token(work, {server::uuid_v4(), server::sha256_hex(secret), role, party,
                                       role + " person", "", std::nullopt});
    work.commit();
    return secret;
}

/// A database with its house, an operator, and the trade of one valley: parties, places, a truck
/// with terminal and lock, and a token for everybody.
class Valley {
public:
    Valley() : Valley(ScratchDatabase{}) {}
    explicit Valley(ScratchDatabase fresh)
        : database(std::move(fresh)), house(database.conninfo()) {
        operator_token = token("operator", "");
        const Web desk = house.web(operator_token);
        party["producer"] = made(desk, "parties",
                                 {{"name", "Qingtan Plating"},
                                  {"uscc", "91331100MA2E0AAA0L"},
                                  {"roles", {"producer"}},
                                  {"division", "331102"}});
        party["other"] = made(desk, "parties",
                              {{"name", "Baiyan Chemicals"},
                               {"uscc", "91331100MA2E0DDD0E"},
                               {"roles", {"producer"}},
                               {"division", "331102"}});
        party["carrier"] = made(
            desk, "parties",
            {{"name", "Fuchun Haulage"}, {"uscc", "91331100MA2E0BBB0J"}, {"roles", {"carrier"}}});
        party["receiver"] = made(desk, "parties",
                                 {{"name", "Longshan Treatment"},
                                  {"uscc", "91331100MA2E0CCC0G"},
                                  {"roles", {"receiver"}},
                                  {"division", "331102"}});
        for (const char* role : {"producer", "carrier", "receiver"})
            tokens[role] = token(role, party[role]);
        tokens["driver"] = token("driver", party["carrier"]);
        tokens["other"] = token("producer", party["other"]);
        for (const char* role : {"regulator", "police"}) tokens[role] = token(role, "");
        tokens["operator"] = operator_token;
        places(desk);
        fleet(desk);
        registers(desk);
    }

    [[nodiscard]] std::string token(const std::string& role, const std::string& of) const {
        return token_of(database, role, of);
    }
    [[nodiscard]] Web as(const std::string& role) const { return house.web(tokens.at(role)); }

    static std::string made(const Web& desk, const std::string& what, const nlohmann::json& body) {
        const auto reply = desk.post("/v1/" + what, body);
        if (reply.status != 201) throw std::runtime_error{what + ": " + reply.body};
        return reply.json().at("id").get<std::string>();
    }
    /// A filing that may be submitted.
    [[nodiscard]] nlohmann::json filing() const {
        return {{"kind", "HW"},
                {"carrier", party.at("carrier")},
                {"receiver", party.at("receiver")},
                {"origin_site", site.at("producer")},
                {"destination_site", site.at("receiver")},
                {"planned_depart_at", to_iso(house.now() + std::chrono::hours{1})},
                {"planned_arrive_at", to_iso(house.now() + std::chrono::hours{3})},
                {"lines",
                 {{{"name", "spent plating bath"},
                   {"code", "336-054-17"},
                   {"hazards", {"T"}},
                   {"form", "L"},
                   {"package", "IBC"},
                   {"container_count", 8},
                   {"un_no", "UN3287"},
                   {"dg_class", "6.1"},
                   {"taboos", "keep from acids"},
                   {"purpose", "DISPOSE"},
                   {"method", "D9"},
                   {"planned_kg", 8000}}}}};
    }
    [[nodiscard]] std::string draft() const { return made(as("producer"), "manifests", filing()); }
    [[nodiscard]] WebReply act(const std::string& role, const std::string& id,
                               const std::string& event,
                               const nlohmann::json& body = nlohmann::json::object()) const {
        return as(role).post("/v1/manifests/" + id + "/" + event, body);
    }
    [[nodiscard]] nlohmann::json acceptance() const {
        return {{"vehicle", vehicle},
                {"driver", "Wang Jun"},
                {"route", route},
                {"waybill_no", "WB-2026-0001"}};
    }
    /// As stored by the device side: one fix of the truck.
    void fix(Instant at, double lat, double lon, int speed = 0) const {
        database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash,"
            " received_at, message, lat, lon, speed, source) SELECT t.key, v.key, '" +
            to_iso(at) + "', 1, " + std::to_string(at.time_since_epoch().count()) + ", '" +
            to_iso(at) + "', 512, " + std::to_string(static_cast<long>(lat * 1e7)) + ", " +
            std::to_string(static_cast<long>(lon * 1e7)) + ", " + std::to_string(speed) +
            ", 0 FROM terminals t, vehicles v");
    }
    void lock_says(Instant at, int action) const {
        database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash,"
            " received_at, message, lock_number, action) SELECT t.key, v.key, '" +
            to_iso(at) + "', 2, 7, '" + to_iso(at) + "', 512, '7100001', " +
            std::to_string(action) + " FROM terminals t, vehicles v");
    }

    ScratchDatabase database;
    HttpHouse house;
    std::string operator_token;
    std::map<std::string, std::string> tokens, party, site;
    std::string route, vehicle, terminal, lock;

private:
    void places(const Web& desk) {
        const auto circle = [](double lon, double lat) {
            return nlohmann::json{{"type", "Point"}, {"coordinates", {lon, lat}}};
        };
        site["producer"] = made(desk, "sites",
                                {{"name", "plating works"},
                                 {"kind", "producer"},
                                 {"party", party["producer"]},
                                 {"geometry", circle(119.60, 28.10)},
                                 {"radius_m", 200}});
        site["receiver"] = made(desk, "sites",
                                {{"name", "treatment plant"},
                                 {"kind", "receiver"},
                                 {"party", party["receiver"]},
                                 {"geometry", circle(119.70, 28.10)},
                                 {"radius_m", 200}});
        route =
            made(desk, "routes",
                 {{"name", "valley road"},
                  {"geometry",
                   {{"type", "LineString"}, {"coordinates", {{119.60, 28.10}, {119.70, 28.10}}}}}});
    }
    // What may be moved: a filed plan of each producer, and the receiver's licence.
    void registers(const Web& desk) {
        const int year = year_in_china(house.now() + std::chrono::hours{1});
        nlohmann::json scope = nlohmann::json::array();
        nlohmann::json rows = nlohmann::json::array();
        for (const char* code : {"336-054-17", "900-041-49", "900-249-08"}) {
            scope.push_back({{"code", code}, {"method", "D9"}, {"yearly_kg", 1'000'000}});
            rows.push_back(scope.back());
            rows.back()["receiver"] = party["receiver"];
        }
        enter_licence(desk, party["receiver"], "3311000001", year, scope);
        for (const char* who : {"producer", "other"}) file_plan(as(who), year, rows);
    }
    void fleet(const Web& desk) {
        vehicle = made(desk, "vehicles", {{"plate", "浙K12345"}, {"carrier", party["carrier"]}});
        terminal = made(desk, "terminals", {{"number", "013900000001"}, {"protocol", "jt808"}});
        lock = made(desk, "locks", {{"number", "7100001"}, {"terminal", terminal}});
        const std::string since = to_iso(house.now() - std::chrono::hours{48});
        made(desk, "bindings", {{"vehicle", vehicle}, {"terminal", terminal}, {"from", since}});
        made(desk, "bindings", {{"vehicle", vehicle}, {"lock", lock}, {"from", since}});
    }
};

}  // namespace liuhen::test
