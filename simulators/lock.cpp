#include "simulators/lock.hpp"

#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace telematics::elock;
using telematics::Bytes;
using telematics::ByteView;

constexpr Duration report_interval = std::chrono::minutes{2};
constexpr std::chrono::minutes lock_zone{0};  // a JT701 lives in UTC
constexpr std::size_t max_lock_flights = 16;

constexpr auto word(Status bit) { return static_cast<std::uint16_t>(bit); }
constexpr std::uint16_t always_status = word(Status::cover_closed) | word(Status::wants_answer);

constexpr std::size_t max_answer_bytes = 512;
constexpr std::chrono::minutes tells_password_every{1};
constexpr std::uint8_t by_card = 1, by_static_password = 4, by_itself = 5, by_one_time_password = 6;

/// The serial in `(P69,0,<serial>)`; nullopt for anything else.
std::optional<std::uint8_t> acknowledged_serial(std::string_view answer) {
    constexpr std::string_view head = "(P69,0,";
    if (!answer.starts_with(head)) return std::nullopt;
    unsigned serial = 256;
    std::from_chars(answer.data() + head.size(), answer.data() + answer.size(), serial);
    if (serial > 255) return std::nullopt;
    return static_cast<std::uint8_t>(serial);
}

}  // namespace

Lock::Lock(std::string number, Network network, Duration report_every, Chance chance)
    : number_{std::move(number)}, network_{network}, report_every_{report_every}, chance_{chance} {
    draw_password();
}

void Lock::draw_password() {
    one_time_password_ = std::to_string(100'000 + chance_.below(900'000));
    telling_ = Telling::wanted;
    told_password_ = {};
}

void Lock::add(Entry::Kind kind, const Fix& fix, Bytes body) {
    Entry entry{.kind = kind, .at = fix.at, .not_before = fix.at, .body = std::move(body)};
    entry.serial = serial_++;
    if (radio_ == Radio::blind) {
        entry.origin = Entry::Origin::kept;
    } else {
        entry.not_before = leaving_time(network_, chance_, fix.at, report_every_);
    }
    outbox_.add(std::move(entry));
}

void Lock::add_report(const Fix& fix) {
    LockReport report;
    report.lock = number_;
    report.protocol = jt701d_protocol;
    report.data_type = radio_ == Radio::blind ? blind_area_report : live_report;
    report.at = fix.at;
    report.where = fix.where;
    report.source = FixSource::satellite;
    report.speed = fix.speed;
    report.heading = fix.heading;
    report.odometer = Metres{0};
    report.satellites = std::uint8_t{9};
    report.status = always_status;
    if (state_ == LockState::shut) *report.status |= word(Status::rope_in);
    if (motor_ == Motor::holds) *report.status |= word(Status::motor_locked);
    report.battery = std::uint8_t{81};
    report.serial = serial_;
    add(Entry::Kind::lock_report, fix, write_report(report, lock_zone));
}

void Lock::add_event(const Fix& fix) {
    UnlockReport report;
    const bool opened = state_ == LockState::open;
    const std::uint8_t by = std::exchange(opened_by_, by_card);
    report.event = opened ? by : by_itself;
    report.verify = opened ? (by == by_static_password ? 1 : 98) : 0;
    report.card = opened && by == by_card ? "0008627839" : "";
    report.password_ok = opened;
    report.serial = serial_;
    add(Entry::Kind::lock_event, fix, write_unlock(number_, report, fix, lock_zone));
}

void Lock::record(const Fix& fix, LockState state) {
    const bool changed = std::exchange(state_, state) != state;
    if (changed) {
        motor_ = state == LockState::shut ? Motor::holds : Motor::releases;
        add_event(fix);
    }
    if (changed && state == LockState::shut) draw_password();
    if (!changed && fix.at - reported_ < report_interval) return;
    reported_ = fix.at;
    add_report(fix);
}

// A lock that has dialled in reports at once, and is known by that.
Bytes Lock::greet(Monotonic) {
    heard_.clear();
    pending_.clear();
    reported_ = {};
    return {};
}

// `(id,command)`
void Lock::say(std::string_view command) {
    pending_.append("(").append(number_).append(",").append(command).append(")");
}

Bytes Lock::due(Instant now, Monotonic when) {
    outbox_.give_up(when - answer_patience);
    if (telling_ == Telling::wanted && when - told_password_ >= tells_password_every) {
        told_password_ = when;
        say("P52,2," + one_time_password_);
    }
    const ByteView answers = telematics::bytes_of(pending_);
    Bytes out{answers.begin(), answers.end()};
    pending_.clear();
    while (outbox_.flights() < max_lock_flights) {
        const auto taken = outbox_.take(now, 1, 0, when);
        if (taken.empty()) break;
        ++tally_.frames;
        const Bytes next = through(network_, chance_, taken.front().body);
        out.insert(out.end(), next.begin(), next.end());
    }
    return out;
}

void Lock::hear(ByteView bytes) {
    for (const std::byte b : bytes) heard_.push_back(static_cast<char>(b));
    for (auto end = heard_.find(')'); end != std::string::npos; end = heard_.find(')')) {
        const std::string sentence = heard_.substr(0, end);
        heard_.erase(0, end + 1);
        const auto serial = acknowledged_serial(sentence);
        if (!serial) hear_sentence(sentence);
        if (!serial || chance_.draw(network_.ack_loss) == Chance::Draw::yes) continue;
        tally_.events_acked += outbox_.acknowledged(*serial).size();
    }
    if (heard_.size() > max_answer_bytes) heard_.clear();
}

void Lock::hear_sentence(std::string_view sentence) {
    constexpr std::string_view open_by_password = "(P43,", one_time = "(P52,";
    told_.emplace_back(sentence);
    if (sentence.starts_with(open_by_password)) {
        hear_password(sentence.substr(open_by_password.size()));
    } else if (sentence.starts_with(one_time)) {
        hear_one_time(sentence.substr(one_time.size()));
    } else if (const auto comma = sentence.find(','); comma != std::string_view::npos) {
        say(std::string{sentence.substr(1, comma - 1)} + ",1");
    }
}

// The motor runs; that it is open shows when the rope is pulled.
void Lock::release(std::uint8_t by) {
    motor_ = Motor::releases;
    opened_by_ = by;
}

void Lock::type(std::string_view password) {
    if (keys_ == Keys::allowed && password == one_time_password_) release(by_one_time_password);
}

void Lock::hear_password(std::string_view given) {
    const bool right = given == static_password;
    wrong_passwords_ = right ? 0 : wrong_passwords_ + 1;
    if (right) release(by_static_password);
    say(std::string{"P43,"} + (right ? "1," : "0,") + std::to_string(wrong_passwords_));
}

void Lock::hear_one_time(std::string_view arguments) {
    if (arguments == "0") {
        say("P52,0,000000," + one_time_password_);
    } else if (arguments.starts_with("2,")) {
        telling_ = Telling::known;
    } else if (arguments.starts_with("3,")) {
        const bool right = arguments.substr(2) == one_time_password_;
        if (right) release(by_one_time_password);
        say(std::string{"P52,3,"} + (right ? "1,0" : "0,1"));
    } else if (arguments.starts_with("1,")) {
        keys_ = arguments.starts_with("1,1") ? Keys::allowed : Keys::refused;
        say("P52,1," + std::string{arguments.substr(2, 1)} + ",0");
    }
}

void Lock::lost() { outbox_.connection_lost(); }

}  // namespace liuhen::simulators
