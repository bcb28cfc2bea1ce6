#include "server/webhooks.hpp"

#include "server/crypto.hpp"
#include "server/log.hpp"
#include "server/webhook_tally.hpp"

namespace liuhen::server {
namespace {

using store::WebhookLine;
using webhook::Fate;
using webhook::Message;
using webhook::Tally;

constexpr std::int64_t unsaved_at_most = 1'000;  ///< of others' events, read anew after a restart
constexpr std::chrono::seconds count_every{30};
constexpr std::chrono::minutes without_key{15};  ///< until a missing key is looked for again

// Its seat among those at work, given up whatever becomes of it.
class AtWork {
public:
    AtWork(WebhookLanes& all, std::string id) : all_(all), id_(std::move(id)) {}
    ~AtWork() { all_.leave(id_); }
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;

private:
    WebhookLanes& all_;
    std::string id_;
};

awaitable<OutboundAnswer> ask(const HttpClient& client, OutboundPost post) {
    co_return client.post(post);
}

}  // namespace

Webhooks::Webhooks(Database& database, Feed& feed, std::shared_ptr<const Vault> vault,
                   OutboundPolicy policy, Now now, OutboundLimits limits)
    : database_(database),
      reader_(database, feed),
      vault_(std::move(vault)),
      client_(std::move(policy), limits),
      now_(std::move(now)),
      dice_(std::random_device{}()) {}

void Webhooks::stop() {
    stopped_ = true;
    client_.stop();
}

awaitable<void> Webhooks::count() {
    auto work = [](pqxx::work& db) { return store::count_webhooks(db); };
    auto counting = database_.transact(std::move(work));
    Tally::own().stand(co_await std::move(counting));
    counted_at_ = monotonic();
}

awaitable<std::size_t> Webhooks::pass() {
    if (!counted_at_ || monotonic() - *counted_at_ >= count_every) {
        auto counting = count();
        co_await std::move(counting);
    }
    auto ahead = reader_.look_ahead();
    co_await std::move(ahead);
    auto look = [now = now_()](pqxx::work& db) { return store::due_webhooks(db, now, most_due); };
    auto looking = database_.transact(std::move(look));
    const auto due = co_await std::move(looking);
    auto executor = co_await asio::this_coro::executor;
    std::size_t begun = 0;
    for (const auto& one : due) {
        if (stopped_) break;
        if (!one.letters && !reader_.has_news(one.id, one.changed)) continue;
        const auto lane = lanes_.enter({one.id, one.owner, one.proven}, monotonic());
        if (!lane) continue;
        spawn("webhook", executor, serve(one.id, *lane));
        ++begun;
    }
    co_return begun;
}

awaitable<void> Webhooks::serve(std::string id, Lane lane) {
    const AtWork here{lanes_, id};
    Turn turn{{}, lane, monotonic() + slow_turn};
    for (int pages = 0; pages < pages_a_turn && !stopped_; ++pages) {
        auto find = [id, now = now_()](pqxx::work& db) {
            return store::find_webhook_line(db, id, now);
        };
        auto finding = database_.transact(std::move(find));
        auto line = co_await std::move(finding);
        if (!line) {
            reader_.forget(id);
            co_return;
        }
        turn.line = *std::move(line);
        if (pages == 0) {
            auto sending = send_letters(turn);
            co_await std::move(sending);
        }
        if (!turn.line.due || monotonic() >= turn.until) co_return;
        auto sending = send_page(turn);
        const bool more = co_await std::move(sending);
        if (!more) co_return;
    }
}

// A trial, or what was laid aside: each is sent once, whatever the line's own state. Where nobody
// answers the rest waits for the next turn.
awaitable<void> Webhooks::send_letters(Turn& turn) {
    for (const auto& letter : turn.line.letters) {
        auto posting = post(turn, letter.message, letter.body);
        auto answer = co_await std::move(posting);
        if (answer.fault == OutboundFault::stopped) co_return;
        const bool taken = answer.is_success();
        const bool slow = WebhookLanes::is_slow(answer.duration);
        store::TryRecord record{.webhook = turn.line.id,
                                .message = letter.message,
                                .kind = letter.kind,
                                .attempt = 1,
                                .at = now_(),
                                .answer = std::move(answer),
                                .fate = taken ? Fate::delivered : Fate::dead};
        auto settle = [id = letter.id, record](pqxx::work& db) {
            store::settle_letter(db, id, record);
        };
        auto settling = database_.transact(std::move(settle));
        co_await std::move(settling);
        Tally::own().tried(taken ? Fate::delivered : Fate::dead);
        if (slow) turn.until = monotonic();
        if (monotonic() >= turn.until) co_return;
    }
}

// True when there may be more to be sent at once.
awaitable<bool> Webhooks::send_page(Turn& turn) {
    WebhookLine& line = turn.line;
    auto reading = reader_.read(line);
    auto page = co_await std::move(reading);
    for (auto& message : page.messages) {
        if (stopped_) co_return false;
        auto sending = send(turn, std::move(message));
        const bool more = co_await std::move(sending);
        if (!more) co_return false;
    }
    reader_.note_told(line, page);
    for (const auto& [feed, no] : page.next) {
        if (no - line.cursors[feed] < unsaved_at_most) continue;
        auto pass = [id = line.id, which = feed, to = no](pqxx::work& db) {
            store::pass_over(db, id, which, to);
        };
        auto passing = database_.transact(std::move(pass));
        co_await std::move(passing);
    }
    co_return !page.messages.empty() || reader_.has_news(line.id, line.changed);
}

// One try of a message, written down; true when the next one may be sent.
awaitable<bool> Webhooks::send(Turn& turn, Message message) {
    WebhookLine& line = turn.line;
    auto posting = post(turn, message.id, message.body);
    const OutboundAnswer answer = co_await std::move(posting);
    if (answer.fault == OutboundFault::stopped) co_return false;
    const Instant now = now_();
    const int attempt = line.attempts + 1;
    const webhook::Standing standing{.attempt = attempt,
                                     .first_at = line.first_at.value_or(now),
                                     .failing_since = line.failing_since.value_or(now),
                                     .now = now};
    const Fate fate = webhook::fate_of(answer, standing);
    const double chance = std::generate_canonical<double, 32>(dice_);
    const bool again = fate == Fate::retry;
    store::Settlement settlement{
        .record = {line.id, message.id, message.kind, attempt, now, answer, fate},
        .message = std::move(message),
        .next_at = again ? now + webhook::pause_after(answer, attempt, chance) : now,
        .failed_too_long = again && webhook::has_failed_too_long(standing)};
    line.attempts = 0;
    line.first_at.reset();
    if (fate == Fate::delivered) {
        line.failing_since.reset();
    } else {
        reader_.forget(line.id);
    }
    auto settle = [settlement, letter = uuid_v7(now)](pqxx::work& db) {
        return store::settle_try(db, letter, settlement);
    };
    auto settling = database_.transact(std::move(settle));
    const bool more = co_await std::move(settling);
    if (fate == Fate::gone || settlement.failed_too_long)
        log::warn("webhook.disabled", {{"webhook", line.id}, {"attempts", attempt}});
    Tally::own().tried(fate);
    if (!more) co_return false;
    co_return turn.lane == Lane::quick ? !WebhookLanes::is_slow(answer.duration)
                                       : monotonic() < turn.until;
}

awaitable<OutboundAnswer> Webhooks::post(const Turn& turn, const std::string& id,
                                         const std::string& body) {
    const WebhookLine& line = turn.line;
    auto opening = open_secrets(line);
    const auto secrets = co_await std::move(opening);
    OutboundAnswer answer;
    answer.fault = OutboundFault::stopped;
    if (secrets.empty()) co_return answer;
    auto asking = ask(client_, {line.url, webhook::headers_of(id, body, now_(), secrets), body});
    auto& threads = turn.lane == Lane::quick ? for_quick_ : for_slow_;
    answer = co_await on(threads.get_executor(), std::move(asking));
    lanes_.note(line.id, answer.duration, monotonic());
    co_return answer;
}

// None: the key that sealed them is not there; the webhook waits for it.
awaitable<std::vector<std::string>> Webhooks::open_secrets(const WebhookLine& line) {
    std::vector<std::string> secrets;
    for (const auto& sealed : line.secrets) {
        auto secret = vault_->open(sealed, store::bound_to_webhook(line.id));
        if (secret) secrets.push_back(*std::move(secret));
    }
    if (!secrets.empty()) co_return secrets;
    log::error("webhook.no_key", {{"webhook", line.id}});
    auto put_off = [id = line.id, at = now_() + without_key](pqxx::work& db) {
        store::put_off_webhook(db, id, "no_secret_key", at);
    };
    auto putting = database_.transact(std::move(put_off));
    co_await std::move(putting);
    co_return secrets;
}

awaitable<void> Webhooks::forget() {
    auto work = [now = now_()](pqxx::work& db) {
        store::forget_tries(db, now - tries_kept, now - letters_kept);
    };
    auto forgetting = database_.transact(std::move(work));
    co_await std::move(forgetting);
    lanes_.forget(monotonic());
}

}  // namespace liuhen::server
