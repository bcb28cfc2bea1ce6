#include "server/national/sender.hpp"

#include "manifest/reporting.hpp"
#include "server/json/manifest_json.hpp"
#include "server/json/report_json.hpp"
#include "server/national/tally.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace liuhen::server::national {
namespace {

using nlohmann::json;

constexpr unsigned lines = 8;             ///< reports under way at once
constexpr unsigned doubt_after = 4;       ///< tries without an answer: one line, with pauses
constexpr unsigned longest_doubling = 6;  ///< of the pause
constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds settling{15};  ///< to put an answer down, before it counts as lost
constexpr std::chrono::seconds look_every{5};

std::string body_of(const store::TriedReport& tried, const std::string& key) {
    const json record = json::parse(tried.record);
    const ReportHead head{key, tried.version, tried.event, tried.at};
    return report_json(head, manifest_from_json(record.at("document")))
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string key_of(const store::TriedReport& tried) {
    return manifest::report_key(tried.number, tried.version, tried.event);
}

}  // namespace

Sender::Sender(Database& database, const Clock& clock, const Settings& settings,
               const OutboundPolicy& policy)
    : database_(database),
      clock_(clock),
      settings_(settings),
      client_(policy, {.total = settings.timeout}),
      threads_(settings.url.empty() ? 1 : lines) {
    if (settings_.url.empty()) return;
    if (const auto fault = client_.judge(settings_.url))
        throw std::runtime_error{"--national-url cannot be called: " +
                                 std::string{server::code(*fault)}};
    if (!settings_.credentials.empty())
        credentials_ = Credentials::from_file(settings_.credentials);
}

Sender::~Sender() { stop(); }

void Sender::stop() {
    stopped_ = true;
    client_.stop();
    threads_.join();
}

awaitable<void> Sender::begin() {
    const bool enabled = !settings_.url.empty();
    auto work = [enabled, now = clock_.now()](pqxx::work& db) {
        store::begin_reporting(db, enabled, now);
    };
    auto beginning = database_.transact(work);
    co_await std::move(beginning);
    if (enabled) Tally::own().begin();
    begun_ = enabled;
}

// An interval as it passes here, on the server's own clock.
Instant Sender::after(std::chrono::milliseconds passed) const {
    const std::chrono::duration<double, std::milli> own = passed * clock_.rate();
    return clock_.now() + std::chrono::duration_cast<Duration>(own);
}

unsigned Sender::lines_allowed() const {
    if (unanswered_ < doubt_after) return lines;
    return clock_.now() >= closed_until_ ? 1 : 0;
}

awaitable<void> Sender::pass() {
    if (!begun_ || stopped_) co_return;
    if (!looked_at_ || monotonic() - *looked_at_ >= look_every) {
        auto looking = look_at_backlog();
        co_await std::move(looking);
    }
    auto executor = co_await asio::this_coro::executor;
    while (working_ < lines_allowed()) {
        ++working_;
        spawn("national.report", executor, work());
    }
}

awaitable<void> Sender::look_at_backlog() {
    auto reading = database_.transact([](pqxx::work& db) { return store::national_backlog(db); });
    const auto found = co_await std::move(reading);
    looked_at_ = monotonic();
    const Instant now = clock_.now();
    const auto waited = now - found.oldest.value_or(now);
    Tally::own().backlog(found.waiting, found.refused,
                         std::chrono::duration_cast<std::chrono::seconds>(waited));
}

// One report after another until none is due, or the other side has gone silent.
awaitable<void> Sender::work() {
    try {
        for (bool sent = true; sent && !stopped_ && lines_allowed() > 0;) {
            auto sending = send_next();
            sent = co_await std::move(sending);
        }
    } catch (const std::exception& fault) {
        log::warn("national.waits", {{"fault", fault.what()}});
    }
    --working_;
}

awaitable<bool> Sender::send_next() {
    auto take = [now = clock_.now(), again = after(settings_.timeout + settling)](pqxx::work& db) {
        return store::take_report(db, now, again);
    };
    auto taking = database_.transact(std::move(take));
    const auto tried = co_await std::move(taking);
    if (!tried || stopped_) co_return false;
    auto call = [this, tried]() -> awaitable<std::optional<Verdict>> { co_return post(*tried); };
    auto posting = call();
    const auto verdict = co_await on(threads_.get_executor(), std::move(posting));
    if (stopped_) co_return false;  // what the end cut off says nothing of the other side
    learn(*tried, *verdict);
    const double chance = std::uniform_real_distribution<double>{}(chance_);
    const Instant again = clock_.now() + wait_after(tried->attempts, chance, verdict->retry_after);
    auto settle = [tried, verdict, now = clock_.now(), again](pqxx::work& db) {
        store::settle_report(db, *tried, *verdict, now, again);
    };
    auto settling_it = database_.transact(std::move(settle));
    co_await std::move(settling_it);
    co_return true;
}

Verdict Sender::post(const store::TriedReport& tried) const {
    const std::string key = key_of(tried);
    OutboundPost post{settings_.url, {}, body_of(tried, key)};
    post.headers = credentials_.headers(key, clock_.now(), post.body);
    post.certificate = credentials_.certificate();
    post.key = credentials_.certificate_key();
    post.headers.push_back("Content-Type: application/json");
    post.headers.push_back("Idempotency-Key: " + key);
    return judge(client_.post(post), key);
}

void Sender::learn(const store::TriedReport& tried, const Verdict& verdict) {
    Tally::own().tried(verdict.outcome);
    if (verdict.outcome != Outcome::unanswered) {
        unanswered_ = 0;
    } else if (++unanswered_ >= doubt_after) {
        const auto doubling = std::min(unanswered_ - doubt_after, longest_doubling);
        closed_until_ = after(first_pause * (1U << doubling));
    }
    const log::Fields said{{"report", key_of(tried)},
                           {"attempt", tried.attempts},
                           {"outcome", std::string{code(verdict.outcome)}},
                           {"code", verdict.code}};
    if (verdict.outcome == Outcome::refused || verdict.outcome == Outcome::unanswered)
        log::warn("national.report", said);
    else
        log::debug("national.report", said);
}

}  // namespace liuhen::server::national
