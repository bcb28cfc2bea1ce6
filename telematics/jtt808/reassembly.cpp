#include "telematics/jtt808/reassembly.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::size_t finished_remembered = 16;
// Bookkeeping counted for each part, so that many empty parts are no way around the limit.
constexpr std::size_t part_overhead = 128;

std::size_t weight(const Frame& part) { return part.bytes.size() + part_overhead; }

std::optional<std::uint32_t> opening_of(ByteView body) {
    Reader r{body};
    const std::uint32_t opening = r.u32();
    return r.ok() ? std::optional{opening} : std::nullopt;
}

// After this much silence the next request goes out: 5, 15 and 30 seconds.
std::chrono::seconds wait_before(int requests) {
    return Reassembly::first_wait * ((requests + 1) * (requests + 2) / 2);
}

}  // namespace

Result<std::optional<Whole>, Fault> Reassembly::add(const Frame& part, Instant now) {
    const Header& head = part.head;
    if (!head.part) return fail(Fault::bad_part);
    const ByteView phone = head.phone_bytes();
    return add_to({.phone = {phone.begin(), phone.end()},
                   .id = head.id,
                   .first_serial = static_cast<std::uint16_t>(head.serial - head.part->index + 1),
                   .total = head.part->total,
                   .medium = std::nullopt},
                  part, now);
}

Result<std::optional<Whole>, Fault> Reassembly::add(const Frame& packet, std::uint32_t medium,
                                                    Instant now) {
    if (!packet.head.part) return fail(Fault::bad_part);
    const ByteView phone = packet.head.phone_bytes();
    return add_to({.phone = {phone.begin(), phone.end()},
                   .id = packet.head.id,
                   .first_serial = 0,
                   .total = packet.head.part->total,
                   .medium = medium},
                  packet, now);
}

Result<std::optional<Whole>, Fault> Reassembly::add_to(const Key& key, const Frame& part,
                                                       Instant now) {
    forget_stale(now);
    const Part place = *part.head.part;
    if (place.index == 0 || place.index > place.total || place.total > max_parts) {
        return fail(Fault::bad_part);
    }
    if (const Finished* const before = find_finished(key)) {
        return Whole{.message = {},
                     .serials = {part.head.serial},
                     .medium = key.medium,
                     .opening = before->opening};
    }
    const auto message = open_.try_emplace(key).first;
    auto& parts = message->second.parts;
    if (const auto same = parts.find(place.index); same != parts.end()) {
        if (!std::ranges::equal(same->second.body(), part.body())) return fail(Fault::bad_part);
        return std::nullopt;
    }
    if (bytes_ + weight(part) > max_bytes || open_.size() > max_messages) {
        forget(message);
        return fail(Fault::bad_part);
    }
    bytes_ += weight(part);
    parts.emplace(place.index, part);
    message->second.latest = now;
    message->second.quiet_since.reset();
    message->second.requests = 0;
    if (parts.size() < place.total) return std::nullopt;
    return finish(message, now);
}

const Reassembly::Finished* Reassembly::find_finished(const Key& key) const {
    const auto found = std::ranges::find(finished_, key, &Finished::key);
    return found == finished_.end() ? nullptr : &*found;
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
    std::erase_if(finished_, [now](const Finished& one) { return now - one.at > repeat_window; });
}

Whole Reassembly::finish(Open::iterator message, Instant now) {
    Whole whole;
    const auto& [key, unfinished] = *message;
    const Frame& first = unfinished.parts.at(1);
    Frame& all = whole.message;
    all.head = first.head;
    all.head.part.reset();
    all.body_at = first.body_at;
    all.bytes.assign(first.bytes.begin(),
                     first.bytes.begin() + static_cast<std::ptrdiff_t>(first.body_at));
    for (const auto& [index, part] : unfinished.parts) {
        const ByteView body = part.body();
        all.bytes.insert(all.bytes.end(), body.begin(), body.end());
        whole.serials.push_back(part.head.serial);
    }
    all.body_size = all.bytes.size() - all.body_at;
    whole.medium = key.medium;
    whole.opening = opening_of(all.body()).value_or(0);
    finished_.push_back({.key = key, .opening = whole.opening, .at = now});
    if (finished_.size() > finished_remembered) finished_.pop_front();
    forget(message);
    return whole;
}

Overdue Reassembly::tick(Uptime now) {
    Overdue overdue;
    for (auto next = open_.begin(); next != open_.end();) {
        const auto current = next++;
        const auto& [key, unused] = *current;
        Message& message = current->second;
        if (!message.quiet_since) message.quiet_since = now;
        const auto quiet = now - *message.quiet_since;
        const Frame& first = message.parts.begin()->second;
        if (quiet >= patience) {
            overdue.given_up.push_back(first);
            forget(current);
            continue;
        }
        if (message.requests >= most_requests || quiet < wait_before(message.requests)) continue;
        ++message.requests;
        Missing missing{.head = first.head,
                        .first_serial = key.first_serial,
                        .indexes = {},
                        .medium = key.medium,
                        .opening = std::nullopt};
        if (first.head.part->index == 1) missing.opening = opening_of(first.body());
        for (std::uint16_t index = 1; index <= key.total; ++index) {
            if (missing.indexes.size() == most_asked) break;
            if (!message.parts.contains(index)) missing.indexes.push_back(index);
        }
        overdue.missing.push_back(std::move(missing));
    }
    return overdue;
}

std::optional<Uptime> Reassembly::due() const {
    std::optional<Uptime> first;
    for (const auto& [key, message] : open_) {
        if (!message.quiet_since) return Uptime::zero();
        const auto wait = message.requests < most_requests ? wait_before(message.requests)
                                                           : std::chrono::seconds{patience};
        const Uptime at = *message.quiet_since + wait;
        if (!first || at < *first) first = at;
    }
    return first;
}

}  // namespace liuhen::telematics::jtt808
