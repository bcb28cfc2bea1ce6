#include "telematics/jtt808/orders.hpp"

#include "base/hash.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/forms.hpp"
#include "telematics/jtt808/lock_orders.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

bool is_known_in(const OrderRow& row, Layout form) {
    return row.since <= form && form <= row.until;
}

// Without a serial in the answer two open orders of a kind could not be told apart.
bool answers_by_kind(const OrderRow& row) {
    static constexpr std::array by_kind{QueryAttributes::id, QueryDriver::id, QueryAreas::id,
                                        Upgrade::id, QueryVideoAttributes::id};
    return std::ranges::find(by_kind, row.command) != by_kind.end();
}

// Nullopt when nothing in the answer tells the doors: a model may use that bit otherwise.
std::optional<Doors> doors_wanted(const Message& message, const Dialect* dialect) {
    constexpr unsigned doors_bit = 12;
    const auto* const control = std::get_if<VehicleControl>(&message);
    if (control == nullptr) return std::nullopt;
    if (dialect != nullptr && dialect->redefines(Word::status, doors_bit)) return std::nullopt;
    return doors_in(*control);
}

// A row of the catalogue, or the maker's own message to a lock.
const OrderRow* row_of_lock(const Message& message) {
    static constexpr OrderRow makers_own{.command = lock_settings_id};
    return id_of(message) == makers_own.command ? &makers_own : find_order_row(id_of(message));
}

}  // namespace

Result<Orders::Said, Untold> Orders::tell(const std::string& order, Message message,
                                          const Addressee& to, Uptime now) {
    const OrderRow* const row = find_order_row(id_of(message));
    if (row == nullptr || std::holds_alternative<Unknown>(message)) {
        return fail(Untold::not_supported);
    }
    const auto* const control = std::get_if<VehicleControl>(&message);
    const bool opening = control != nullptr && doors_in(*control) == Doors::open;
    return say(order, *row, std::move(message), opening ? Saying::once : Saying::repeated, to, now);
}

Result<Orders::Said, Untold> Orders::tell_lock(const std::string& order, Message message,
                                               Saying saying, const Addressee& to, Uptime now) {
    const OrderRow* const row = row_of_lock(message);
    if (row == nullptr) return fail(Untold::not_supported);
    return say(order, *row, std::move(message), saying, to, now);
}

bool Orders::must_wait(const OrderRow& row) const {
    const bool same_kind_open = std::ranges::find(told_, &row, &Told::row) != told_.end();
    return told_.size() >= most_open || (answers_by_kind(row) && same_kind_open);
}

bool Orders::must_wait(const Message& message) const {
    const OrderRow* const row = row_of_lock(message);
    return row != nullptr && must_wait(*row);
}

Result<Orders::Said, Untold> Orders::say(const std::string& order, const OrderRow& row,
                                         Message message, Saying saying, const Addressee& to,
                                         Uptime now) {
    clock_ = now;
    if (!is_known_in(row, to.form)) return fail(Untold::not_supported);
    if (auto* const control = std::get_if<ControlUpload>(&message)) {
        const auto upload = serial_of_upload();
        if (!upload) return fail(Untold::not_ready);
        control->serial = *upload;
    }
    auto formed = in_form(std::move(message), to.form);
    if (!formed) return fail(formed.error());
    if (const auto fits = check_fits(*formed); !fits) return fail(fits.error());
    Bytes body = encode(*formed, to.head.edition);
    if (body.size() > most_bytes) return fail(Untold::too_long);
    if (must_wait(row)) return fail(Untold::busy);
    Header head = to.head;
    head.id = row.command;
    head.part.reset();
    const auto parts = static_cast<std::uint16_t>(frames_needed(body.size()));
    Said said{.bytes = seal(head, body), .serials = parts};
    told_.push_back({.order = order,
                     .row = &row,
                     .answered_specifically = has_answer(row, to.form),
                     .serial = head.serial,
                     .parts = parts,
                     .mark = mark_of(*formed),
                     .doors = doors_wanted(*formed, to.dialect)});
    const auto add = saying == Saying::once ? &Outstanding::add_once : &Outstanding::add;
    (open_.*add)(order, order, said.bytes, now);  // serials wrap: its own name is the key
    if (parts > 1) keep_parts(head, std::move(body));
    return said;
}

void Orders::resume(const std::string& order, Message message, const Addressee& to, Uptime now) {
    const OrderRow* const row = find_order_row(id_of(message));
    if (row == nullptr || !has_answer(*row, to.form)) return;
    if (tell(order, std::move(message), to, now)) acknowledged(told_.back(), TerminalReply::id);
}

std::vector<OrderAnswer> Orders::hear(const Message& message) {
    if (const auto* const reply = std::get_if<TerminalReply>(&message)) {
        Told* const told = find(reply->message, reply->serial);
        if (told == nullptr) return {};
        const OrderState state = state_of(reply->outcome);
        if (state == OrderState::done) return taken(*told, reply->serial);
        const auto result = std::to_string(static_cast<unsigned>(reply->outcome));
        return {over(*told, state, TerminalReply::id, "result " + result)};
    }
    Told* const told = find_answered_by(message);
    if (told == nullptr) return {};
    if (const auto share = share_of(message)) return hear_piece(*told, message, *share);
    auto judged = judge(message, told->doors, 0);
    return {over(*told, judged.state, id_of(message), std::move(judged.detail))};
}

// What a terminal says twice, for want of our reply, counts once. Who announces something and sends
// nothing has no more to say.
std::vector<OrderAnswer> Orders::hear_piece(Told& told, const Message& message, Share share) {
    const std::uint64_t hash = hash64(encode(message, Edition::v2013));
    if (std::ranges::find(told.pieces, hash) != told.pieces.end()) return {};
    const bool is_last = share.here == 0 || told.heard + share.here >= share.total;
    if (is_last) {
        auto judged = judge(message, told.doors, told.heard);
        return {over(told, judged.state, id_of(message), std::move(judged.detail))};
    }
    told.pieces.push_back(hash);
    told.heard += share.here;
    return acknowledged(told, id_of(message));
}

// The newest that is under way on this line.
std::optional<std::uint16_t> Orders::serial_of_upload() const {
    const auto newest = std::find_if(told_.rbegin(), told_.rend(), [](const Told& told) {
        return told.row->command == UploadRecording::id;
    });
    return newest == told_.rend() ? std::nullopt : std::optional{newest->serial};
}

Orders::Told* Orders::find(std::uint16_t command, std::uint16_t serial) {
    for (Told& told : told_) {
        const auto part = static_cast<std::uint16_t>(serial - told.serial);
        if (told.row->command == command && part < told.parts) return &told;
    }
    return nullptr;
}

// By the serial of the order where the answer has one, else the oldest of its kind.
Orders::Told* Orders::find_answered_by(const Message& answer) {
    const auto serial = reply_serial(answer);
    const auto mark = mark_of(answer);
    for (Told& told : told_) {
        const auto& answers = told.row->answers;
        if (std::ranges::find(answers, id_of(answer)) == answers.end()) continue;
        if (serial ? static_cast<std::uint16_t>(*serial - told.serial) < told.parts
                   : mark == told.mark) {
            return &told;
        }
    }
    return nullptr;
}

// A terminal may take the whole of a long order, under its first serial or its last, or each part:
// the order is taken with the last part, or with the first when no other is acknowledged.
std::vector<OrderAnswer> Orders::taken(Told& told, std::uint16_t serial) {
    const bool last = static_cast<std::uint16_t>(serial - told.serial + 1) == told.parts;
    if (!last) {
        told.first_part_taken = serial == told.serial;
        return {};
    }
    if (!told.answered_specifically) return {over(told, OrderState::done, TerminalReply::id, {})};
    Outstanding::Open& open = *open_.find_order(told.order);
    return open.acknowledged ? std::vector<OrderAnswer>{} : acknowledged(told, TerminalReply::id);
}

// The rest of an answer is awaited afresh with each part of it; that it was taken is told once.
std::vector<OrderAnswer> Orders::acknowledged(Told& told, std::uint16_t message) {
    Outstanding::Open& open = *open_.find_order(told.order);
    const bool is_news = !open.acknowledged;
    open_.acknowledge(open, clock_, told.row->patience);
    if (!is_news) return {};
    return {{.order = told.order,
             .state = OrderState::acknowledged,
             .message = message,
             .detail = {},
             .serial = told.serial}};
}

OrderAnswer Orders::over(Told& told, OrderState state, std::uint16_t message, std::string detail) {
    OrderAnswer answer{.order = open_.close(*open_.find_order(told.order)),
                       .state = state,
                       .message = message,
                       .detail = std::move(detail)};
    forget(answer.order);
    return answer;
}

void Orders::forget(std::string_view order) {
    told_.remove_if([order](const Told& told) { return told.order == order; });
}

Turn Orders::tick(Uptime now) {
    clock_ = now;
    Turn turn;
    for (auto next = told_.begin(); next != told_.end();) {
        Told& told = *next++;
        if (!told.first_part_taken || open_.find_order(told.order)->due > now) continue;
        const auto last = static_cast<std::uint16_t>(told.serial + told.parts - 1);
        for (OrderAnswer& answer : taken(told, last)) turn.answers.push_back(std::move(answer));
    }
    Turn late = open_.tick(now);
    told_.remove_if([this](const Told& told) { return open_.find_order(told.order) == nullptr; });
    turn.add(std::move(late));
    return turn;
}

void Orders::keep_parts(const Header& head, Bytes body) {
    long_bytes_ += body.size();
    long_.push_back({.head = head, .body = std::move(body)});
    while (long_bytes_ > most_bytes) {
        long_bytes_ -= long_.front().body.size();
        long_.pop_front();
    }
}

Bytes Orders::parts_again(const TerminalMissingParts& wanted) const {
    const auto kept = std::ranges::find(long_, wanted.first_serial,
                                        [](const Long& one) { return one.head.serial; });
    if (kept == long_.end()) return {};
    const std::size_t total = frames_needed(kept->body.size());
    Bytes wire;
    Bytes sent(total, std::byte{0});  // each part once, however often it is asked for
    for (const std::size_t index : wanted.indexes) {
        if (index == 0 || index > total || sent[index - 1] != std::byte{0}) continue;
        sent[index - 1] = std::byte{1};
        const std::size_t from = (index - 1) * max_body_bytes;
        Header head = kept->head;
        head.serial = static_cast<std::uint16_t>(head.serial + index - 1);
        head.part = Part{static_cast<std::uint16_t>(total), static_cast<std::uint16_t>(index)};
        const ByteView piece =
            ByteView{kept->body}.subspan(from, std::min(max_body_bytes, kept->body.size() - from));
        const Bytes part = seal(head, piece);
        wire.insert(wire.end(), part.begin(), part.end());
    }
    return wire;
}

}  // namespace liuhen::telematics::jtt808
