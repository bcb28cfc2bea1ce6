// Prints a described message as JSON: the third reading of the one description in
// telematics/jtt808/fields.hpp, so that names and order are those of the standard's table.
#pragma once

#include "telematics/jtt808/messages.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::tools {

using PositionPrinter = nlohmann::ordered_json (*)(const telematics::jtt808::Position&);

class FieldPrinter {
public:
    using Json = nlohmann::ordered_json;

    explicit FieldPrinter(PositionPrinter printer) : print_position_(printer) {}
    [[nodiscard]] Json finish() { return std::move(json_); }

    template <std::unsigned_integral T>
    void number(std::string_view name, T value) {
        put(name, value);
    }
    /// As hex, with the width of the field.
    template <std::unsigned_integral T>
    void bits(std::string_view name, T value) {
        telematics::Bytes bytes(sizeof(T));
        for (std::size_t i = sizeof(T); i-- > 0; value = static_cast<T>(value >> 7U >> 1U)) {
            bytes[i] = static_cast<std::byte>(value & 0xFFU);
        }
        put(name, "0x" + hex(bytes));
    }
    void digits(std::string_view name, telematics::ByteView value) { put(name, hex(value)); }
    void octets(std::string_view name, telematics::ByteView value) { put(name, hex(value)); }
    void bytes(std::string_view name, const telematics::Bytes& value) { put(name, hex(value)); }
    /// Without the zeros around it and the spaces behind it.
    void text(std::string_view name, const telematics::jtt808::Text& value) {
        const std::size_t end = value.utf8.find_last_not_of(' ') + 1;
        put(name, value.utf8.substr(0, end));
    }
    template <std::unsigned_integral Length>
    void text_after(std::string_view name, const telematics::jtt808::Text& value) {
        text(name, value);
    }
    template <std::unsigned_integral Length>
    void bytes_after(std::string_view name, const telematics::Bytes& value) {
        bytes(name, value);
    }
    void text_in(std::string_view name, const telematics::jtt808::Text& value, std::size_t) {
        text(name, value);
    }
    void bytes_in(std::string_view name, const telematics::Bytes& value, std::size_t) {
        bytes(name, value);
    }
    template <std::unsigned_integral Count>
    std::size_t count(std::string_view name, std::size_t size) {
        put(name, size);
        return size;
    }
    template <class T, class... Context>
    void items(std::string_view name, const std::vector<T>& list, std::size_t,
               const Context&... context) {
        Json array = Json::array();
        for (const T& value : list) array.push_back(thing(value, context...));
        put(name, std::move(array));
    }
    template <class T, class... Context>
    void items_to_end(std::string_view name, const std::vector<T>& list,
                      const Context&... context) {
        items(name, list, list.size(), context...);
    }
    /// A single number under its name, fields of a group beside those around it.
    template <class T>
    void maybe(std::string_view name, const std::optional<T>& value) {
        if (!value) return;
        if constexpr (std::unsigned_integral<T>) {
            number(name, *value);
        } else {
            T::describe(*this, *value);
        }
    }
    [[nodiscard]] bool more(bool filled) const { return filled; }
    void basic_position(std::string_view name, const telematics::jtt808::Position& value) {
        position(name, value);
    }
    void position(std::string_view name, const telematics::jtt808::Position& value) {
        put(name, print_position_(value));
    }

private:
    static std::string hex(telematics::ByteView bytes);
    static Json parameter(const telematics::jtt808::Parameter& parameter);

    void put(std::string_view name, Json value) { json_[std::string{name}] = std::move(value); }
    template <class T, class... Context>
    Json thing(const T& value, const Context&... context) {
        if constexpr (std::unsigned_integral<T>) {
            return value;
        } else if constexpr (std::same_as<T, telematics::jtt808::Parameter>) {
            return parameter(value);
        } else {
            FieldPrinter inner{print_position_};
            T::describe(inner, value, context...);
            return inner.finish();
        }
    }

    PositionPrinter print_position_;
    Json json_ = Json::object();
};

}  // namespace liuhen::server::tools
