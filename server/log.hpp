// Log lines as JSON objects, one a line: {"at":…,"level":…,"event":…, fields…}. Never a secret:
// tokens, authentication codes and connection strings are not fields.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace liuhen::server::log {

enum class Level : std::uint8_t { debug, info, warn, error };

/// One named value of a line; the value is kept as the JSON text it will be written as.
struct Field {
    Field(std::string_view called, std::string_view text);
    Field(std::string_view called, const char* text) : Field(called, std::string_view{text}) {}
    Field(std::string_view called, const std::string& text)
        : Field(called, std::string_view{text}) {}
    Field(std::string_view called, double number);
    template <std::integral T>
    Field(std::string_view called, T number) : name(called), json(std::to_string(number)) {}

    std::string_view name;
    std::string json;
};
using Fields = std::initializer_list<Field>;

/// Sends lines from `least` on to `path`, appending; "-" is standard error. Called once at start;
/// before it only warnings and errors are written. Throws when the file cannot be opened.
void open(const std::string& path, Level least);
/// Writes out what is buffered.
void flush();

/// `event` is a constant name with words joined by dots: "journal.retry".
void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

/// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string quoted(std::string_view text);

}  // namespace liuhen::server::log
