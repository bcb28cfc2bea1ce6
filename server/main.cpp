#include "server/app.hpp"
#include "server/config.hpp"
#include "server/endpoints.hpp"
#include "server/import.hpp"
#include "server/migrate.hpp"
#include "server/profiles_file.hpp"

#include <exception>
#include <iostream>

namespace {

using namespace liuhen::server;

int run(const Invocation& asked) {
    switch (asked.command) {
        case Command::serve:
            if (const auto loaded = load_profiles(asked.config.profiles); !loaded) {
                std::cerr << "liuhen-server: " << loaded.error() << '\n';
                return 2;
            }
            return run_server(asked.config);
        case Command::migrate:
            for (const auto& name : migrate(asked.config.database, asked.sql_folder)) {
                std::cout << "applied " << name << '\n';
            }
            return 0;
        case Command::bootstrap:
            bootstrap(asked.config);
            return 0;
        case Command::import_waste_list:
            return import_waste_list(asked, std::cout, std::cerr);
        case Command::import_calendar:
            return import_calendar(asked, std::cout, std::cerr);
    }
    return 2;
}

}  // namespace

int main(int count, char** words) {
    const auto asked = parse_command_line(count, words);
    if (!asked) return asked.error();
    try {
        return run(*asked);
    } catch (const std::exception& fault) {
        std::cerr << "liuhen-server: " << fault.what() << '\n';
        return 1;
    }
}
