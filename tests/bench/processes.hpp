// What other processes of the measurement have used, read from /proc.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace liuhen::bench {

/// Processor seconds of a process and of its ended children; 0 when it is not there.
inline double processor_seconds_of(int pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream rest{text.substr(name_end + 1)};
    std::string skipped;
    for (int i = 0; i < 11; ++i) rest >> skipped;
    double ticks = 0;
    for (int i = 0; i < 4; ++i) {  // utime, stime, cutime, cstime
        double part = 0;
        rest >> part;
        ticks += part;
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// The process and its living children.
inline double processor_seconds_of_family(int parent) {
    double sum = processor_seconds_of(parent);
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream status{entry.path() / "status"};
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("PPid:")) {
                if (std::stoi(line.substr(5)) == parent)
                    sum += processor_seconds_of(std::stoi(name));
                break;
            }
        }
    }
    return sum;
}

/// Resident KiB of a process now.
inline long resident_kib_of(int pid) {
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    }
    return 0;
}

}  // namespace liuhen::bench
