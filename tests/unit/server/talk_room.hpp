// A session over a line, a dialogue and an order book of the test's own.
#pragma once

#include "server/talk.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>

namespace liuhen::test {

using namespace server;
using namespace std::chrono_literals;
using telematics::Order;
using telematics::OrderState;
using telematics::Untold;
using telematics::Uptime;

inline std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}
inline std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "name T" makes the speaker known, with proof; "early T" without, and "code" gives it then;
// "secret" tells a lock's password, "done O" answers, "bye" hangs up; all is answered "ok;". Orders
// are said as "do O;" and once more after 30 ms; the order named "odd" is not supported, that named
// "stuck" is due for ever.
struct PlainDialogue {
    telematics::Turn hear(std::span<const std::byte> chunk, Instant) {
        telematics::Turn turn;
        const auto words = text_of(chunk);
        const auto value = words.substr(std::min<std::size_t>(5, words.size()));
        if (words.starts_with("name ") || words.starts_with("early")) {
            name = words.substr(words.find(' ') + 1);
        }
        proved = proved || words.starts_with("name ") || words == "code";
        if (words.starts_with("done ")) turn.answers.push_back({value, OrderState::done, 1, ""});
        turn.hang_up = words == "bye";
        turn.reply = bytes_of("ok;");
        return turn;
    }
    [[nodiscard]] std::optional<TerminalId> speaker() const {
        return name.empty() ? std::nullopt : std::optional{TerminalId{name}};
    }
    [[nodiscard]] bool has_proved_itself() const { return proved; }
    Result<telematics::Bytes, Untold> tell(const Order& order, Uptime now) {
        if (order.id == "odd") return fail(Untold::not_supported);
        if (next) return fail(Untold::busy);
        next = now + 30ms;
        last = order.id;
        return bytes_of("do " + order.id + ";");
    }
    [[nodiscard]] bool must_wait(const Order& order) const { return order.id != "odd" && next; }
    telematics::Turn tick(Uptime now) {
        telematics::Turn turn;
        ++ticks;
        if (!next || now < *next || last == "stuck") return turn;
        next.reset();
        if (silent == last) return turn;
        turn.reply = bytes_of("again " + last + ";");
        return turn;
    }
    void silence(std::string_view order) { silent = order; }
    void resume(const Order& order, std::uint16_t, Uptime) { last = order.id; }
    [[nodiscard]] std::optional<Uptime> due() const { return next; }

    std::string name, last, silent;
    bool proved = false;
    std::optional<Uptime> next;
    inline static std::atomic<int> ticks = 0;
};

// Bytes from the test, and what was sent back. On the shard's thread, as every line.
class TestLine final : public Line {
public:
    explicit TestLine(asio::any_io_executor executor)
        : Line(Protocol::jt808, "192.0.2.1"), executor_(executor), bell_(executor) {}
    asio::any_io_executor executor() override { return executor_; }
    awaitable<std::size_t> receive(std::span<std::byte> room) override {
        if (incoming.empty()) {
            bell_.expires_at(asio::steady_timer::time_point::max());
            boost::system::error_code woken;
            auto waiting_for = asio::redirect_error(asio::use_awaitable, woken);
            co_await bell_.async_wait(waiting_for);
        }
        if (incoming.empty()) co_return 0;
        const auto bytes = bytes_of(incoming.front());
        incoming.erase(incoming.begin());
        std::copy(bytes.begin(), bytes.end(), room.begin());
        co_return bytes.size();
    }
    awaitable<void> send(std::vector<std::byte> bytes) override {
        trail->push_back("sent " + text_of(bytes));
        co_return;
    }
    void hear(std::string text) {
        incoming.push_back(std::move(text));
        bell_.cancel();
    }
    std::vector<std::string> incoming;
    std::vector<std::string>* trail = nullptr;

private:
    void wake() override { bell_.cancel(); }
    void close() override { bell_.cancel(); }
    asio::any_io_executor executor_;
    asio::steady_timer bell_;
};

// Writes down what it is told.
class TestBook final : public OrderBook {
public:
    awaitable<std::vector<Order>> open_for(TerminalId terminal) override {
        note("open " + terminal.text);
        co_return open;
    }
    awaitable<int> saying(std::string order) override {
        note("saying " + order);
        co_return order == "cancelled" ? 0 : 1;
    }
    awaitable<void> untold(std::string order, Untold why) override {
        note("untold " + order + " " + std::string{code(why)});
        co_return;
    }
    awaitable<void> answered(TerminalId, std::vector<telematics::OrderAnswer> answers) override {
        note("answered " + answers.at(0).order);
        co_return;
    }
    awaitable<std::vector<std::string>> ended_of(std::vector<std::string> orders) override {
        note("ended of " + orders.at(0));
        co_return ended;
    }
    awaitable<void> cut_off(TerminalId terminal) override {
        note("cut off " + terminal.text);
        co_return;
    }
    awaitable<std::vector<Awaited>> taken_up(TerminalId terminal) override {
        note("cut off " + terminal.text);
        co_return awaited;
    }
    awaitable<void> taken_over(TerminalId, std::map<std::string, int> told) override {
        for (const auto& [order, times] : told)
            note("not heard " + order + " " + std::to_string(times));
        co_return;
    }
    std::vector<Order> open;
    std::vector<Awaited> awaited;
    std::vector<std::string> ended;
    std::vector<std::string> trail;
    std::string fail_once;  ///< the first call whose note begins so finds the database away

private:
    void note(std::string what) {
        if (!fail_once.empty() && what.starts_with(fail_once)) {
            fail_once.clear();
            throw DatabaseDown{"away"};
        }
        trail.push_back(std::move(what));
    }
};

// A shard without a database, with one session on it.
struct Room {
    Room() {
        std::vector<std::unique_ptr<Shard>> one;
        one.push_back(std::make_unique<Shard>(
            ShardWorld{clock, database, board, metrics, health, [] {}, nothing}, nowhere, 10));
        shards = std::make_unique<ShardSet>(std::move(one));
        auto& shard = shards->at(0);
        exchange = std::make_unique<Exchange>(shard.executor(), limits, metrics);
        floor = std::make_unique<DeviceFloor>(DeviceFloor{shard, *shards, *exchange, board, clock,
                                                          limits, metrics, book, registrations});
        line = std::make_shared<TestLine>(shard.executor());
        line->trail = &book.trail;
        spawn("sweep", shard.executor(), floor->lines.sweep());
        over = asio::co_spawn(shard.executor(), session(), asio::use_future);
        shard.start();
    }
    ~Room() {
        if (over.valid()) finish();
        asio::co_spawn(shards->at(0).executor(), floor->lines.end_all(), asio::use_future).get();
        shards->at(0).stop(1s);
        database.stop();
    }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    static awaitable<void> nothing(geofence::Milestone) { co_return; }
    awaitable<void> session() {
        const Lines::Entry entry{floor->lines, *line};
        Talk<PlainDialogue> talk{*floor, line, PlainDialogue{}};
        auto talking = talk.run();
        co_await std::move(talking);
        auto leaving = talk.leave();
        co_await std::move(leaving);
    }
    /// Another line claims the terminal; whether it gets it.
    bool is_claimed(bool proved) {
        auto other = std::make_shared<TestLine>(shards->at(0).executor());
        auto claiming = exchange->claim("T", other, proved);
        return asio::co_spawn(exchange->executor(), std::move(claiming), asio::use_future).get();
    }
    template <class Do>
    void at_shard(Do act) {
        asio::post(shards->at(0).executor(), asio::use_future(std::move(act))).get();
    }
    void hear(std::string text) {
        at_shard([&] { line->hear(std::move(text)); });
    }
    void order(std::string id) {
        at_shard([&] { book.open.push_back({std::move(id), telematics::LockSetting{"(P1)"}}); });
    }
    void finish() {
        at_shard([&] { line->end(); });
        over.get();
    }
    std::vector<std::string> trail() {
        std::vector<std::string> copy;
        at_shard([&] { copy = book.trail; });
        return copy;
    }
    // The trail once it is `length` long.
    std::vector<std::string> trail_of(std::size_t length) {
        const auto until = monotonic() + 5s;
        while (trail().size() < length && monotonic() < until) std::this_thread::sleep_for(5ms);
        return trail();
    }

    static constexpr const char* nowhere = "host=/nowhere dbname=none";
    DeviceLimits limits;
    Clock clock;
    Metrics metrics;
    Health health;
    Database database{nowhere, 1, 1};
    DirectoryBoard board;
    TestBook book;
    Registrations registrations{database, clock};
    std::unique_ptr<DeviceFloor> floor;
    std::unique_ptr<ShardSet> shards;
    std::unique_ptr<Exchange> exchange;
    std::shared_ptr<TestLine> line;
    std::future<void> over;
};

using Trail = std::vector<std::string>;

}  // namespace liuhen::test
