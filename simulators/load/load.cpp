#include "simulators/load/load.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace telematics;
using Time = LoadClock::time_point;

constexpr std::size_t dialling_at_once = 15;  // of one address: below what a platform holds open
constexpr std::size_t addresses = 40;         // 127.0.1.1 and on, so that no address is conspicuous
constexpr std::size_t shaking_hands_at_once = 100;  // of all: a platform does these few at a time
constexpr std::size_t events_at_once = 512;

[[noreturn]] void give_up(const char* what) {
    throw std::runtime_error{fmt::format("{}: {}", what, std::generic_category().message(errno))};
}

double seconds_between(Time from, Time until) {
    return std::chrono::duration<double>(until - from).count();
}

// One terminal with its socket.
struct Line {
    LoadTerminal terminal;
    int socket = -1;
    std::unique_ptr<SSL, decltype(&::SSL_free)> tls{nullptr, &::SSL_free};  ///< null: in clear
    bool ready = false;                                                     ///< authenticated
    bool known = false;    ///< was authenticated once
    Time redials_at = {};  ///< of a line that broke
    Bytes unsent;
};

// Of a hand-shake under way nothing is sent or received yet.
ssize_t of_tls(const Line& line, int result) {
    if (result > 0) return result;
    const int why = ::SSL_get_error(line.tls.get(), result);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
}
ssize_t send_some(const Line& line) {
    const Bytes& bytes = line.unsent;
    if (!line.tls) return ::send(line.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const int size = static_cast<int>(bytes.size());
    return of_tls(line, ::SSL_write(line.tls.get(), bytes.data(), size));
}
ssize_t receive_some(const Line& line, std::span<std::byte> into) {
    if (!line.tls) return ::recv(line.socket, into.data(), into.size(), 0);
    const int size = static_cast<int>(into.size());
    return of_tls(line, ::SSL_read(line.tls.get(), into.data(), size));
}

}  // namespace

class LoadFleet::Engine {
public:
    Engine(const LoadPlan& plan, std::function<void(const std::string&)> say);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    void connect();
    void drive();
    void drain();
    void report_once();
    void idle(std::chrono::milliseconds time);
    void vanish();
    [[nodiscard]] const LoadOutcome& outcome() const { return outcome_; }
    void for_each_terminal(const std::function<void(const LoadTerminal&)>& look) const;

private:
    void dial(Line& line);
    void redial(Time now);
    void lose(Line& line);
    void shake_hands(Line& line);
    void send_due(Time now);
    void send(Line& line, Time due);
    void write(Line& line);
    void wait(std::chrono::milliseconds at_most);
    void read(Line& line);
    void read_once(Line& line);
    void take(Line& line, const LoadAnswer& answer, Time now);
    void end(Line& line);
    void listen_to(Line& line, int operation, std::uint32_t events);
    [[nodiscard]] std::size_t most_dialling() const {
        return plan_.tls ? shaking_hands_at_once : addresses * dialling_at_once;
    }
    [[nodiscard]] bool measures(Time now) const { return now >= measured_from_ && now < ends_; }

    LoadPlan plan_;
    std::function<void(const std::string&)> say_;
    std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> tls_{nullptr, &::SSL_CTX_free};
    std::vector<Line> lines_;
    int poll_;
    LoadOutcome outcome_;
    std::size_t dialling_ = 0;
    bool sending_ = false;
    std::uint64_t messages_due_ = 0;  ///< open loop: sent or skipped so far
    Time begun_, measured_from_, ends_;
    Time looked_;  ///< for lines to redial
};

LoadFleet::Engine::Engine(const LoadPlan& plan, std::function<void(const std::string&)> say)
    : plan_(plan), say_(std::move(say)), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (poll_ < 0) give_up("epoll");
    if (plan_.tls) {
        tls_.reset(::SSL_CTX_new(::TLS_client_method()));
        std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to lines that the platform has ended
    }
    lines_.reserve(plan_.terminals);
    for (std::size_t i = 0; i < plan_.terminals; ++i) {
        const auto number = fmt::format("{}", plan_.first_number + i);
        const auto start = static_cast<std::uint32_t>(i * 7);
        lines_.push_back({.terminal = LoadTerminal{number, plan_.shape, start}, .unsent = {}});
    }
}

LoadFleet::Engine::~Engine() {
    for (Line& line : lines_) end(line);
    ::close(poll_);
}

void LoadFleet::Engine::connect() {
    const Time begun = LoadClock::now();
    std::size_t next = 0;
    while (outcome_.connected < lines_.size()) {
        for (; next < lines_.size() && dialling_ < most_dialling(); ++next) dial(lines_[next]);
        wait(std::chrono::milliseconds{100});
        say_(fmt::format("{} of {} terminals connected", outcome_.connected, lines_.size()));
        if (LoadClock::now() - begun > plan_.patience) break;
    }
    outcome_.connecting_s = seconds_between(begun, LoadClock::now());
    if (outcome_.connected == 0) throw std::runtime_error{"no terminal was let in"};
}

void LoadFleet::Engine::dial(Line& line) {
    const auto index = static_cast<std::size_t>(&line - lines_.data());
    line.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (line.socket < 0) give_up("no more sockets (see ulimit -n)");
    const int on = 1;
    ::setsockopt(line.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(line.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256U + static_cast<unsigned>(index % addresses));
    sockaddr_in platform{};
    platform.sin_family = AF_INET;
    platform.sin_port = htons(plan_.port);
    platform.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The C interface of sockets wants its own type of address.
    const auto* from = reinterpret_cast<const sockaddr*>(&own);
    const auto* to = reinterpret_cast<const sockaddr*>(&platform);
    if (::bind(line.socket, from, sizeof own) != 0) give_up("bind");
    if (::connect(line.socket, to, sizeof platform) != 0 && errno != EINPROGRESS)
        give_up("connect");
    ++dialling_;
    if (plan_.tls) shake_hands(line);
    line.unsent = line.terminal.authenticate(LoadClock::now());
    listen_to(line, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

// The hand-shake is done by the first reads and writes.
void LoadFleet::Engine::shake_hands(Line& line) {
    line.tls.reset(::SSL_new(tls_.get()));
    if (!line.tls || ::SSL_set_fd(line.tls.get(), line.socket) != 1) give_up("TLS");
    ::SSL_set_mode(line.tls.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    ::SSL_set_connect_state(line.tls.get());
}

// Messages are due evenly through time, terminal after terminal: the n-th at begin + n / rate.
void LoadFleet::Engine::drive() {
    begun_ = LoadClock::now();
    measured_from_ = begun_ + plan_.warm_up;
    ends_ = measured_from_ + plan_.measured;
    sending_ = true;
    if (plan_.rate <= 0) {
        for (Line& line : lines_) {
            for (std::size_t i = 0; i < plan_.window && line.ready; ++i) {
                send(line, LoadClock::now());
            }
        }
    }
    Time told = begun_;
    for (Time now = begun_; now < ends_; now = LoadClock::now()) {
        if (plan_.rate > 0) send_due(now);
        wait(std::chrono::milliseconds{plan_.rate > 0 ? 1 : 100});
        if (now - told < std::chrono::seconds{1}) continue;
        told = now;
        say_(fmt::format("{:.0f} s of {:.0f}: {} positions answered", seconds_between(begun_, now),
                         seconds_between(begun_, ends_), outcome_.accepted_in_all));
    }
    outcome_.measured_s = seconds_between(measured_from_, ends_);
}

void LoadFleet::Engine::send_due(Time now) {
    const auto due_by_now = static_cast<std::uint64_t>(seconds_between(begun_, now) * plan_.rate);
    for (; messages_due_ < due_by_now; ++messages_due_) {
        Line& line = lines_[messages_due_ % lines_.size()];
        const auto after =
            std::chrono::duration<double>(static_cast<double>(messages_due_) / plan_.rate);
        const Time due = begun_ + std::chrono::duration_cast<LoadClock::duration>(after);
        if (line.ready) send(line, due);
        const double behind = seconds_between(due, now) * 1e3;
        outcome_.behind_ms = std::max(outcome_.behind_ms, behind);
    }
}

void LoadFleet::Engine::drain() {
    sending_ = false;
    const Time begun = LoadClock::now();
    const Time until = begun + plan_.patience;
    const auto owed = [&] {
        return std::ranges::any_of(lines_, [this](const Line& line) {
            return (line.socket >= 0 || plan_.redials) && line.terminal.unanswered() > 0;
        });
    };
    while (LoadClock::now() < until && owed()) wait(std::chrono::milliseconds{20});
    outcome_.drained_s = seconds_between(begun, LoadClock::now());
    for (const Line& line : lines_) outcome_.unanswered += line.terminal.unanswered();
}

void LoadFleet::Engine::for_each_terminal(
    const std::function<void(const LoadTerminal&)>& look) const {
    for (const Line& line : lines_) look(line.terminal);
}

void LoadFleet::Engine::report_once() {
    for (Line& line : lines_) {
        if (line.ready) send(line, LoadClock::now());
    }
    drain();
}

void LoadFleet::Engine::idle(std::chrono::milliseconds time) {
    sending_ = false;
    const Time until = LoadClock::now() + time;
    while (LoadClock::now() < until) wait(std::chrono::milliseconds{20});
}

void LoadFleet::Engine::vanish() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    for (Line& line : lines_) {
        if (line.socket >= 0)
            ::setsockopt(line.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        end(line);
    }
}

void LoadFleet::Engine::send(Line& line, Time due) {
    const Bytes frame = line.terminal.report(due);
    const bool was_idle = line.unsent.empty();
    line.unsent.insert(line.unsent.end(), frame.begin(), frame.end());
    if (was_idle) write(line);
}

void LoadFleet::Engine::write(Line& line) {
    const auto wrote = send_some(line);
    if (wrote < 0 && errno != EAGAIN && errno != ENOTCONN) return lose(line);
    if (wrote > 0) line.unsent.erase(line.unsent.begin(), line.unsent.begin() + wrote);
    if (line.unsent.empty()) return;
    // A hand-shake goes on when the platform has said something, not when there is room to write.
    const bool shaking_hands = line.tls && ::SSL_is_init_finished(line.tls.get()) == 0;
    listen_to(line, EPOLL_CTL_MOD, shaking_hands ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void LoadFleet::Engine::wait(std::chrono::milliseconds at_most) {
    std::array<epoll_event, events_at_once> events{};
    const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(at_most.count()));
    if (count < 0 && errno != EINTR) give_up("epoll_wait");
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        Line& line = lines_[event.data.u64];
        const bool was_waiting = !line.unsent.empty();
        if (line.socket >= 0 && (event.events & EPOLLIN) != 0) read(line);
        if (line.socket >= 0 && was_waiting) {
            write(line);
            if (line.socket >= 0 && line.unsent.empty()) listen_to(line, EPOLL_CTL_MOD, EPOLLIN);
        }
        if (line.socket >= 0 && (event.events & (EPOLLERR | EPOLLHUP)) != 0) lose(line);
    }
    if (plan_.redials) redial(LoadClock::now());
}

void LoadFleet::Engine::read(Line& line) {
    do {
        read_once(line);
    } while (line.socket >= 0 && line.tls && ::SSL_pending(line.tls.get()) > 0);
}

void LoadFleet::Engine::read_once(Line& line) {
    std::array<std::byte, 4096> bytes;
    const auto got = receive_some(line, bytes);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return lose(line);
    const Time now = LoadClock::now();
    const auto heard = ByteView{bytes}.first(static_cast<std::size_t>(got));
    for (const LoadAnswer& answer : line.terminal.hear(heard)) {
        take(line, answer, now);
        if (line.socket < 0) return;
    }
}

void LoadFleet::Engine::take(Line& line, const LoadAnswer& answer, Time now) {
    if (answer.positions == 0) {
        if (!answer.accepted) return end(line);
        --dialling_;
        line.ready = true;
        outcome_.connected += std::exchange(line.known, true) ? 0U : 1U;
        line.unsent = line.terminal.tell_again();
        if (!line.unsent.empty()) return write(line);
        if (sending_ && plan_.rate <= 0) send(line, now);
        return;
    }
    if (answer.accepted) {
        outcome_.accepted_in_all += answer.positions;
        if (measures(now)) {
            outcome_.accepted += answer.positions;
            outcome_.latencies.add(now - answer.due);
        }
    } else {
        outcome_.refused += answer.positions;
    }
    if (sending_ && plan_.rate <= 0 && now < ends_) send(line, now);
}

void LoadFleet::Engine::lose(Line& line) {
    ++outcome_.lost_lines;
    end(line);
    line.terminal.lose_line();
    // Not all at once, and each at a time of its own.
    const auto index = static_cast<std::size_t>(&line - lines_.data());
    line.redials_at = LoadClock::now() + std::chrono::milliseconds{100 + index % 400};
}

void LoadFleet::Engine::redial(Time now) {
    if (now - looked_ < std::chrono::milliseconds{20}) return;
    looked_ = now;
    for (Line& line : lines_) {
        if (dialling_ >= most_dialling()) return;
        if (line.socket < 0 && line.redials_at != Time{} && line.redials_at <= now) dial(line);
    }
}

void LoadFleet::Engine::end(Line& line) {
    if (line.socket < 0) return;
    line.tls.reset();
    ::close(line.socket);
    line.socket = -1;
    if (!line.ready && dialling_ > 0) --dialling_;
    line.ready = false;
    line.unsent.clear();
}

void LoadFleet::Engine::listen_to(Line& line, int operation, std::uint32_t events) {
    epoll_event wish{};
    wish.events = events;
    wish.data.u64 = static_cast<std::uint64_t>(&line - lines_.data());
    if (::epoll_ctl(poll_, operation, line.socket, &wish) != 0) give_up("epoll_ctl");
}

LoadFleet::LoadFleet(const LoadPlan& plan, std::function<void(const std::string&)> say)
    : engine_(std::make_unique<Engine>(plan, std::move(say))) {}
LoadFleet::~LoadFleet() = default;
void LoadFleet::connect() { engine_->connect(); }
void LoadFleet::drive() {
    engine_->drive();
    engine_->drain();
}
void LoadFleet::report_once() { engine_->report_once(); }
void LoadFleet::idle(std::chrono::milliseconds time) { engine_->idle(time); }
void LoadFleet::vanish() { engine_->vanish(); }
void LoadFleet::for_each_terminal(const std::function<void(const LoadTerminal&)>& look) const {
    engine_->for_each_terminal(look);
}
const LoadOutcome& LoadFleet::outcome() const { return engine_->outcome(); }

}  // namespace liuhen::simulators
