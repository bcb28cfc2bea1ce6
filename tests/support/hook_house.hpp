// A valley whose organisations are told by webhooks: administrators, targets on loopback, and a
// clock that a test turns on by hand.
#pragma once

#include "server/crypto.hpp"
#include "server/json/event_json.hpp"
#include "server/webhooks.hpp"
#include "tests/support/stub_target.hpp"
#include "tests/support/valley_trip.hpp"

#include <boost/asio/use_future.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace liuhen::test {

using namespace std::chrono_literals;

/// The part of a server that tells, which a test may end and begin anew: a thread with a feed of
/// its own, as after a restart.
class HookPost {
public:
    HookPost(const ScratchDatabase& database, std::function<Instant()> now,
             server::OutboundPolicy policy, std::shared_ptr<const server::Vault> vault)
        : database_(database.conninfo(), 2, 2),
          feed_(
              io_, database_, metrics_,
              [](const server::store::NumberedAlert& one) { return server::event_json(one.row); },
              100),
          hooks_(database_, feed_, std::move(vault), std::move(policy), std::move(now),
                 server::OutboundLimits{.connect = 2'000ms, .total = 2'000ms}) {
        server::spawn("feed", io_.get_executor(), feed_.run());
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~HookPost() {
        ask([this]() -> server::awaitable<std::size_t> {
            hooks_.stop();
            co_return 0;
        });
        while (at_work() > 0) std::this_thread::sleep_for(5ms);
        io_.stop();
        thread_.join();
        io_.restart();
        feed_.stop();
        io_.poll();
        database_.stop();
        io_.poll();
    }
    HookPost(const HookPost&) = delete;
    HookPost& operator=(const HookPost&) = delete;

    /// One pass; how many webhooks it began with.
    std::size_t begin() {
        return ask([this] { return hooks_.pass(); });
    }
    /// Passes until there is nothing to be done at this time.
    void run() {
        for (std::size_t begun = 1; begun > 0;) {
            begun = begin();
            while (at_work() > 0) std::this_thread::sleep_for(5ms);
        }
    }
    void forget() {
        ask([this]() -> server::awaitable<std::size_t> {
            co_await hooks_.forget();
            co_return 0;
        });
    }
    std::size_t at_work() {
        return ask([this]() -> server::awaitable<std::size_t> { co_return hooks_.at_work(); });
    }
    /// Waits until its feed knows as many alerts.
    void await_alerts(std::int64_t newest) {
        const auto told = [this]() -> server::awaitable<std::size_t> {
            feed_.wake();
            co_return static_cast<std::size_t>(feed_.newest());
        };
        while (ask(told) < static_cast<std::size_t>(newest)) std::this_thread::sleep_for(10ms);
    }

private:
    template <class Work>
    std::size_t ask(Work work) {
        return server::asio::co_spawn(io_, work(), asio::use_future).get();
    }
    server::asio::io_context io_;
    server::Metrics metrics_;
    server::Database database_;
    server::Feed feed_;
    server::Webhooks hooks_;
    std::thread thread_;
};

struct HookHouse {
    HookHouse() {
        policy.allowed = *server::Networks::parse("127.0.0.1");
        policy.plain_http = true;
        for (const char* role : {"carrier", "producer", "receiver"})
            admins[role] = admin(role, place.party.at(role));
        for (const char* role : {"regulator", "police", "operator"}) admins[role] = admin(role, "");
        admins["other"] = admin("producer", place.party.at("other"));
        restart();
    }

    /// A new administrator's token.
    [[nodiscard]] std::string admin(const std::string& role, const std::string& party,
                                    const std::string& division = "") const {
        const std::string token = place.token(role, party);
        place.database.sql("UPDATE tokens SET rank = 'admin', division = '" + division +
                           "' WHERE digest = decode('" + server::sha256_hex(token) + "', 'hex')");
        return token;
    }
    [[nodiscard]] Web as(const std::string& who) const { return place.house.web(admins.at(who)); }

    /// The server's part dies and comes again; nothing but the database is left of it.
    void restart(std::shared_ptr<const server::Vault> vault = HttpHouse::vault()) {
        post.reset();
        const auto now = [this] { return place.house.now() + shift.load(); };
        post = std::make_unique<HookPost>(place.database, now, policy, std::move(vault));
    }
    void turn_on(std::chrono::milliseconds time) { shift = shift.load() + time; }

    /// As answered to its making, with the secret. The address is put in its place behind the form,
    /// which lets nobody on loopback in.
    [[nodiscard]] nlohmann::json subscribe(const std::string& who, const std::string& url,
                                           const nlohmann::json& kinds) const {
        const auto reply =
            as(who).post("/v1/webhooks", {{"url", "https://hooks.example/"}, {"kinds", kinds}});
        INFO(reply.body);
        REQUIRE(reply.status == 201);
        move(reply.json(), url);
        return reply.json();
    }
    void move(const nlohmann::json& hook, const std::string& url) const {
        place.database.sql("UPDATE webhooks SET url = '" + url + "' WHERE id = '" +
                           hook.at("id").get<std::string>() + "'");
    }
    [[nodiscard]] nlohmann::json changes(const std::string& who, const std::string& url) const {
        return subscribe(who, url, {"liuhen.manifest.changed.v1"});
    }
    [[nodiscard]] nlohmann::json shown(const std::string& who, const nlohmann::json& hook) const {
        return expect(as(who).get(path(hook)), 200);
    }
    [[nodiscard]] nlohmann::json tries(const std::string& who, const nlohmann::json& hook) const {
        return expect(as(who).get(path(hook) + "/tries"), 200).at("items");
    }
    static std::string path(const nlohmann::json& hook) {
        return "/v1/webhooks/" + hook.at("id").get<std::string>();
    }

    Valley place;
    server::OutboundPolicy policy;
    std::map<std::string, std::string> admins;
    std::atomic<std::chrono::milliseconds> shift{0ms};
    std::unique_ptr<HookPost> post;
};

/// The manifests that the messages are about, in their order.
inline std::vector<std::string> subjects(const StubTarget& target) {
    std::vector<std::string> all;
    for (const auto& one : target.taken())
        all.push_back(nlohmann::json::parse(one.body).at("subject"));
    return all;
}

}  // namespace liuhen::test
