#include "telematics/jtt808/reassembly.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::size_t finished_remembered = 16;
// Bookkeeping counted for each part, so that many empty parts are no way around the limit.
constexpr std::size_t part_overhead = 128;

std::size_t weight(const Frame& part) { return part.bytes.size() + part_overhead; }

}  // namespace

Result<std::optional<Whole>, Fault> Reassembly::add(const Frame& part, Instant now) {
    forget_stale(now);
    const Header& head = part.head;
    if (!head.part || head.part->index == 0 || head.part->index > head.part->total ||
        head.part->total > max_parts) {
        return fail(Fault::bad_part);
    }
    const ByteView phone = head.phone_bytes();
    const Key key{.phone = {phone.begin(), phone.end()},
                  .id = head.id,
                  .first_serial = static_cast<std::uint16_t>(head.serial - head.part->index + 1),
                  .total = head.part->total};
    if (std::ranges::find(finished_, key) != finished_.end()) {
        return Whole{.message = {}, .serials = {head.serial}};
    }
    const auto message = open_.try_emplace(key).first;
    auto& parts = message->second.parts;
    if (const auto same = parts.find(head.part->index); same != parts.end()) {
        if (!std::ranges::equal(same->second.body(), part.body())) return fail(Fault::bad_part);
        return std::nullopt;
    }
    if (bytes_ + weight(part) > max_bytes || open_.size() > max_messages) {
        forget(message);
        return fail(Fault::bad_part);
    }
    bytes_ += weight(part);
    parts.emplace(head.part->index, part);
    message->second.latest = now;
    if (parts.size() < head.part->total) return std::nullopt;
    return finish(message);
}

void Reassembly::forget(Open::iterator message) {
    for (const auto& [index, part] : message->second.parts) bytes_ -= weight(part);
    open_.erase(message);
}

void Reassembly::forget_stale(Instant now) {
    for (auto message = open_.begin(); message != open_.end();) {
        const auto current = message++;
        if (now - current->second.latest > patience) forget(current);
    }
}

Whole Reassembly::finish(Open::iterator message) {
    Whole whole;
    const Frame& first = message->second.parts.at(1);
    whole.message.head = first.head;
    whole.message.head.part.reset();
    whole.message.body_at = first.body_at;
    whole.message.bytes.assign(first.bytes.begin(),
                               first.bytes.begin() + static_cast<std::ptrdiff_t>(first.body_at));
    for (const auto& [index, part] : message->second.parts) {
        const ByteView body = part.body();
        whole.message.bytes.insert(whole.message.bytes.end(), body.begin(), body.end());
        whole.serials.push_back(part.head.serial);
    }
    whole.message.body_size = whole.message.bytes.size() - whole.message.body_at;
    finished_.push_back(message->first);
    if (finished_.size() > finished_remembered) finished_.pop_front();
    forget(message);
    return whole;
}

}  // namespace liuhen::telematics::jtt808
