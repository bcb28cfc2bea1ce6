// Pictures and papers as a device's turn brings them, and their way into storage without a device.
#pragma once

#include "server/store/batch.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/turn.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace liuhen::test {

inline std::vector<std::byte> bytes_of(const std::string& text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

/// Bytes that begin like a JPEG, `size` of them, the rest made from `seed`.
inline std::vector<std::byte> jpeg(std::size_t size, unsigned seed = 1) {
    auto bytes = bytes_of("\xff\xd8\xff\xe0");
    for (unsigned state = seed; bytes.size() < size; state = state * 1'664'525U + 1'013'904'223U)
        bytes.push_back(static_cast<std::byte>(state >> 24U));
    return bytes;
}

/// A picture on channel 1, made since a door was opened.
inline telematics::Medium photo(Instant at, std::vector<std::byte> data, std::uint32_t number = 1) {
    telematics::Medium medium;
    medium.media = number;
    medium.event = 4;
    medium.channel = 1;
    medium.at = at;
    medium.where = LatLon{.lat = 28.1, .lon = 119.6};
    medium.data = std::move(data);
    return medium;
}

/// A message of the 2013 edition with a time.
template <class M>
telematics::Document document(Instant at, const M& message) {
    telematics::Document one;
    one.message = M::id;
    one.at = at;
    one.body = encode(telematics::jtt808::Message{message}, telematics::jtt808::Edition::v2013);
    return one;
}

/// A card put in with this name and certificate.
inline telematics::jtt808::DriverCard card(const std::string& name,
                                           const std::string& certificate) {
    telematics::jtt808::DriverCard one;
    one.state = 1;
    one.reading.emplace();
    one.reading->holder.emplace();
    one.reading->holder->name = name;
    one.reading->holder->certificate = certificate;
    return one;
}

/// Writes one entry as the journal does, and throws unless it is stored.
inline void store_entry(const std::string& conninfo, const server::store::Entry& entry) {
    server::store::BatchWriter writer{conninfo};
    const server::store::Entry* pointer = &entry;
    const auto written = writer.write({&pointer, 1}, server::store::Way::first);
    if (written.verdict != server::store::Written::Verdict::done)
        throw std::runtime_error{written.detail};
}

}  // namespace liuhen::test
